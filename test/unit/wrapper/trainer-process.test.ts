import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { processesWith, signal } from '../../../infra/adapters/jobs/process-identity.js';
import { until } from '../../support/until.js';

const source = fileURLToPath(new URL('../../../wrapper/trainer-process.ts', import.meta.url));

/** A process that starts a trainer as the wrapper does. The trainer is a shell that waits for a child. */
function wrapper(mark: string, trap: string) {
  const program = `
    import { startTrainer } from ${JSON.stringify(source)};
    const script = '${trap} sleep 600 & wait';
    startTrainer(['/bin/sh', '-c', script], { cwd: '/', env: { MARK: ${JSON.stringify(mark)} }, take: undefined });
    setInterval(() => undefined, 1_000);`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: 'ignore',
  });
}

it('is killed with everything that it started when its wrapper is killed, whatever it ignores', async () => {
  const mark = `trainer-process-${process.pid}-${Date.now()}`;
  const parent = wrapper(mark, 'trap "" TERM;');
  const trainer = () => processesWith(`MARK=${mark}`);
  await until(async () => (await trainer()).length === 2);
  signal(parent.pid!, 'SIGKILL');
  await until(async () => (await trainer()).length === 0);
  expect(await trainer()).toEqual([]);
});
