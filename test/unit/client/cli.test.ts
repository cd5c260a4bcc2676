import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../../client/cli.ts', import.meta.url));
const run = (args: string[], stdout: number | 'pipe', stderr: number | 'pipe') =>
  spawnSync(process.execPath, ['--import', 'tsx', cli, ...args], {
    stdio: ['ignore', stdout, stderr],
    encoding: 'utf8',
  });
const full = openSync('/dev/full', 'w');
afterAll(() => closeSync(full));

it('an answer that cannot be written ends with 1, and says why in words', () => {
  const { status, stderr } = run(['spec', 'explain', 'approval'], full, 'pipe');
  expect(stderr).toBe('error the answer cannot be written to stdout: the disk is full\n');
  expect(status).toBe(1);
});

it('an error that cannot be written keeps its exit code', () => {
  expect(run(['list', '--limit', '0x10'], 'pipe', full).status).toBe(2);
});
