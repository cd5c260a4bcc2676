import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { shareFate } from './share-fate.js';

const DRAIN_MS = 1_000;

export interface TrainerProcess {
  pid: number | undefined;
  /** Exit code; 128 + n for a signal n; 127 when the command cannot be started. */
  ended: Promise<{ code: number; problem: string }>;
  /** Signal the whole process group; fine when it is over. */
  signal(name: NodeJS.Signals): void;
}

/**
 * Start `<command> train` in a process group of its own, so that everything it starts can be stopped with it,
 * and is killed when this process is gone.
 *
 * @param take gets its output; undefined: it prints where we print
 */
export function startTrainer(
  command: string[],
  {
    cwd,
    env,
    take,
  }: { cwd: string; env: Record<string, string>; take: ((output: Readable) => void) | undefined },
): TrainerProcess {
  const output = take ? 'pipe' : 'inherit';
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, 'train'], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  if (child.pid !== undefined) child.once('exit', shareFate(child.pid));
  for (const stream of [child.stdout, child.stderr]) if (stream) take?.(stream);
  const ended = new Promise<{ code: number; problem: string }>((resolve) => {
    child.once('error', (error) =>
      resolve({ code: 127, problem: `cannot start "${program}": ${error.message}` }),
    );
    child.once('exit', (code, signal) => {
      const end = (): void =>
        resolve({
          code: code ?? 128 + (signal ? constants.signals[signal] : 0),
          problem: signal ? `the trainer was killed by ${signal}` : '',
        });
      if (!take) return end();
      // What it printed last is still in the pipe; what it started may hold the pipe open.
      child.once('close', end);
      setTimeout(end, DRAIN_MS);
    });
  });
  return {
    pid: child.pid,
    ended,
    signal: (name) => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, name);
      } catch {
        // The group is gone.
      }
    },
  };
}
