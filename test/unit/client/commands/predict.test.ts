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
  ['a device without an end', async () => '/dev/zero', 'not a regular file', 4],
  ['a folder', async () => '/', 'it is a folder, not a regular file', 4],
  ['a file that is missing', async () => '/nowhere', '/nowhere cannot be used: it does not exist', 4],
  ['a file without a name', async () => '', '--file is "", allowed: the path of a file', 2],
  [
    'a pipe without a writer',
    async (folder: string) => (execFileSync('mkfifo', [join(folder, 'pipe')]), join(folder, 'pipe')),
    'not a regular file',
    4,
  ],
  [
    'more than the API takes',
    async (folder: string) => (
      await writeFile(join(folder, 'rows'), ' '.repeat(2 ** 20 + 1)),
      join(folder, 'rows')
    ),
    'allowed: at most 1048576',
    3,
  ],
])('rows in %s are refused at once', async (_what, make, reason, code) => {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-predict-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { exitCode, output } = await predict(await make(folder));
  expect(output).toContain(reason);
  expect(output).not.toMatch(/E[A-Z]{3,}:/);
  expect(exitCode).toBe(code);
});
