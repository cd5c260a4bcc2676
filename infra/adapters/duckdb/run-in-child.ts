import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../../code.js';

/** Statements for a DuckDB in a process of its own. */
export interface ChildWork {
  settings: Record<string, string>;
  /** Statements that are not limited. */
  prepare: string[];
  /** A SELECT of which no two result columns may differ in case only. It is limited with the statements. */
  select: string;
  /** Statements that are limited together. */
  statements: string[];
  timeMs: number;
  /** Largest resident memory of the process. */
  rssBytes: number;
}

/** How the work ended: an error is DuckDB's message; two columns are alike but for case. */
export type ChildResult =
  { done: true } | { error: string } | { over: 'memory' | 'time' } | { alike: [string, string] };

const Result: z.ZodType<ChildResult> = z.union([
  z.object({ done: z.literal(true) }),
  z.object({ error: z.string() }),
  z.object({ over: z.enum(['memory', 'time']) }),
  z.object({ alike: z.tuple([z.string(), z.string()]) }),
]);

const PROGRAM = join(root, 'infra/adapters/duckdb/walled-child.mjs');

/** The child limits itself. A child that cannot is killed this long after its time. */
const GRACE_MS = 60_000;

/** Signals by which a process ends that crashed. */
const CRASHES: readonly string[] = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE'];

/** DuckDB itself crashed over the work. */
export class ChildCrashed extends Error {}

/**
 * Run statements in a child process without any of our settings in its environment. It ends with this process, and is killed
 * when the signal is aborted.
 *
 * @throws ChildCrashed, an Error if the child was killed from outside, or the reason of the signal
 */
export async function runInChild(work: ChildWork, signal: AbortSignal): Promise<ChildResult> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const overdue = setTimeout(kill, work.timeMs + GRACE_MS);
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-500)));
  // A child that has ended takes no more input; how it ended tells the rest.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(work)}\n`);
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(by ?? `exit code ${code}`));
    });
    signal.throwIfAborted();
    const found = output === '' ? undefined : Result.safeParse(JSON.parse(output)).data;
    if (found) return found;
    const message = `DuckDB's process ended with ${ended} ${complaint}`.trim();
    throw CRASHES.includes(ended) ? new ChildCrashed(message) : new Error(message);
  } finally {
    clearTimeout(overdue);
    signal.removeEventListener('abort', kill);
  }
}
