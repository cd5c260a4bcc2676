import { runCli } from '../../../../client/run-cli.js';

/** Runs a command line in this process. Nothing answers at its address. */
export async function typed(
  args: string[],
  environment: Record<string, string> = { MAINSPRING_ADDRESS: 'http://127.0.0.1:1' },
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) =>
    ({ write: (text: string) => ((said[name] += text), true), isTTY: false }) as never;
  const exitCode = await runCli({
    args,
    environment,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    user: 'ada',
    signal: new AbortController().signal,
  });
  return { exitCode, ...said };
}
