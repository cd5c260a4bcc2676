import { execFile } from 'node:child_process';

/**
 * Time limit of a command. A working controller answers in milliseconds, but without one some commands wait for
 * ever.
 */
const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 256 * 2 ** 20;

/**
 * Variables of the worker that Slurm's commands need. `SBATCH_…` and `SQUEUE_…` are left out, because they change
 * the commands' behaviour.
 */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|LD_LIBRARY_PATH|KRB5CCNAME|SLURM_CONF|SLURM_CLUSTERS|SLURM_JWT)$/;

/** Slurm did not answer, or its answer cannot be trusted. */
export class SlurmUnreachable extends Error {}

export interface Ran {
  /** Null if the command was killed at its time limit. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Slurm's commands, run without a shell and with a time limit. */
export function slurmCommands(options: {
  /** Path of slurm.conf; null for Slurm's default. */
  conf: string | null;
  environment: NodeJS.ProcessEnv;
}) {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.environment))
    if (value !== undefined && PASSED.test(name)) environment[name] = value;
  if (options.conf !== null) environment['SLURM_CONF'] = options.conf;

  /** @param more.env variables added to the environment, for a command that passes its environment on */
  function run(
    command: string,
    args: string[],
    more: { input?: string; env?: Record<string, string> } = {},
  ): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        command,
        args,
        {
          env: { ...environment, ...more.env },
          timeout: TIMEOUT_MS,
          killSignal: 'SIGKILL',
          maxBuffer: MAX_OUTPUT_BYTES,
        },
        (error, stdout, stderr) => {
          const problem = error as (NodeJS.ErrnoException & { code?: string | number }) | null;
          if (typeof problem?.code === 'string')
            return reject(
              new SlurmUnreachable(
                `${command} cannot be run (${problem.code}): put Slurm’s commands on the PATH of the training workers`,
              ),
            );
          resolve({ code: error ? ((problem?.code as number | undefined) ?? null) : 0, stdout, stderr });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(more.input ?? '');
    });
  }

  const lastLine = ({ stdout, stderr }: Ran): string =>
    (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? 'no answer';

  /**
   * Check that a controller answers. Without one, other commands wait or give wrong answers.
   *
   * @throws SlurmUnreachable
   */
  async function ping(): Promise<void> {
    const answer = await run('scontrol', ['ping']);
    if (answer.code === 0 || answer.stdout.includes(' is UP')) return;
    const [first = ''] = answer.stdout.split('\n');
    throw new SlurmUnreachable(first || lastLine(answer));
  }

  /** @throws SlurmUnreachable */
  async function squeue(args: string[]): Promise<string> {
    await ping();
    const answer = await run('squeue', args);
    // Some versions print an error beside an empty list, and exit with 0.
    const doubtful = answer.stdout.trim() === '' && /error/i.test(answer.stderr);
    if (answer.code !== 0 || doubtful) throw new SlurmUnreachable(`squeue: ${lastLine(answer)}`);
    return answer.stdout;
  }

  /**
   * Cancel jobs; ended or unknown jobs are ignored. The caller checks the jobs afterwards.
   *
   * @throws SlurmUnreachable
   */
  async function scancel(args: string[]): Promise<void> {
    await ping();
    const answer = await run('scancel', args);
    if (answer.code === null) throw new SlurmUnreachable('scancel did not end in time');
  }

  return { run, ping, squeue, scancel, lastLine };
}
export type SlurmCommands = ReturnType<typeof slurmCommands>;
