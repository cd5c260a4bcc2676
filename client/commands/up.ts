import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { defineCommand } from './command.js';

/** The stack installs what is missing before it can import anything: it is a process of its own. */
const STACK = fileURLToPath(new URL('../../infra/dev/start.mjs', import.meta.url));

export const up = defineCommand({
  usage: 'up',
  summary: 'Start the local stack: servers, worker pools, gateway; Ctrl-C stops it',
  options: (yargs) =>
    yargs
      .option('data-dir', { type: 'string', describe: 'Where it keeps everything; default: .mainspring' })
      .option('ports', {
        choices: ['stable', 'auto'] as const,
        default: 'stable' as const,
        describe: 'auto: free ports',
      }),
  run: async ({ dataDir, ports }, { environment }) => {
    const args = [
      STACK,
      '--no-job',
      '--ports',
      ports,
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ];
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...environment } });
    // Ctrl-C of a terminal reaches the child by itself; a TERM that only we get is passed on.
    const pass = (): void => void child.kill('SIGTERM');
    process.once('SIGTERM', pass);
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
    process.removeListener('SIGTERM', pass);
    return { json: { stopped: true }, text: '', exitCode };
  },
});
