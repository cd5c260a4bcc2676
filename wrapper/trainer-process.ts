import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Confinement } from './confinement.js';
import { shareFate } from './share-fate.js';

const DRAIN_MS = 1_000;

export interface TrainerProcess {
  pid: number | undefined;
  /** Exit code; 128 + n for a signal n; 127 if the command cannot be started. */
  ended: Promise<{ code: number; problem: string }>;
  /** Signal the whole process group. Does nothing if it is gone. */
  signal(name: NodeJS.Signals): void;
}

/**
 * What an exit code says of a trainer that was started by another program: 126 and 127 if its command cannot be run, and
 * 128 + n if it was killed by signal n.
 */
function byCode(code: number, program: string): string {
  if (code === 126 || code === 127)
    return `cannot start "${program}", or a program that it starts (exit code ${code})`;
  const [name] = Object.entries(constants.signals).find(([, number]) => code === 128 + number) ?? [];
  return name === undefined ? '' : `the trainer was killed by ${name}`;
}

/**
 * Start `<command> train` in a process group of its own, which can be stopped as a whole, and is killed if this
 * process dies.
 *
 * @param take receives its output; undefined if it inherits this process's output
 */
export function startTrainer(
  command: string[],
  {
    cwd,
    env,
    take,
    confinement,
  }: {
    cwd: string;
    env: Record<string, string>;
    take: ((output: Readable) => void) | undefined;
    confinement?: Confinement | undefined;
  },
): TrainerProcess {
  const output = take ? 'pipe' : 'inherit';
  const own = [...command, 'train'];
  const started = confinement?.wrap(own, env) ?? { command: own, env };
  const [program = '', ...args] = started.command;
  const child = spawn(program, args, {
    cwd,
    env: started.env,
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
          problem: signal ? `the trainer was killed by ${signal}` : byCode(code ?? 0, command[0] ?? ''),
        });
      if (!take) return end();
      // The last output is still in the pipe, and child processes may hold the pipe open.
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
        // The process group is gone.
      }
    },
  };
}
