import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface TrainerProcess {
  pid: number | undefined;
  /** Exit code; 128 + n for a signal n; 127 when the command cannot be started. */
  ended: Promise<{ code: number; problem: string }>;
  /** Signal the whole process group; fine when it is over. */
  signal(name: NodeJS.Signals): void;
}

/** Start `<command> train` in a process group of its own, so that everything it starts can be stopped with it. */
export function startTrainer(
  command: string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): TrainerProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, 'train'], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<{ code: number; problem: string }>((resolve) => {
    child.once('error', (error) =>
      resolve({ code: 127, problem: `cannot start "${program}": ${error.message}` }),
    );
    child.once('exit', (code, signal) =>
      resolve({
        code: code ?? 128 + (signal ? constants.signals[signal] : 0),
        problem: signal ? `the trainer was killed by ${signal}` : '',
      }),
    );
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
