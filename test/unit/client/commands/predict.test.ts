import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../../../client/run-cli.js';

/** Output and exit code of `predict tiny --file FILE`. No server is reached. */
async function predict(file: string): Promise<{ exitCode: number; output: string }> {
  let output = '';
  const stream = { write: (text: string) => ((output += text), true), isTTY: false } as never;
  const exitCode = await runCli({
    args: ['predict', 'tiny', '--file', file],
    environment: { MAINSPRING_ADDRESS: 'http://127.0.0.1:1' },
    stdout: stream,
    stderr: stream,
    user: 'ada',
    signal: new AbortController().signal,
  });
  return { exitCode, output };
}

it.each([
  ['a device without an end', async () => '/dev/zero', 'is not a regular file'],
  ['a folder', async () => '/', 'is not a regular file'],
  [
    'a pipe without a writer',
    async (folder: string) => (execFileSync('mkfifo', [join(folder, 'pipe')]), join(folder, 'pipe')),
    'is not a regular file',
  ],
  [
    'more than the API takes',
    async (folder: string) => (
      await writeFile(join(folder, 'rows'), ' '.repeat(2 ** 20 + 1)),
      join(folder, 'rows')
    ),
    'allowed: at most 1048576',
  ],
])('rows in %s are refused at once', async (_what, make, reason) => {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-predict-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { exitCode, output } = await predict(await make(folder));
  expect(output).toContain(reason);
  expect(exitCode).toBe(4);
});
