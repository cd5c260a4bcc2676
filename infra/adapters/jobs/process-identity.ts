import { readFile, readdir } from 'node:fs/promises';
import { bootId, startTicks } from '../../process-start.js';

/** Identifies one process. A process id alone does not, because ids are reused; id and start time together do. */
export interface ProcessIdentity {
  pid: number;
  /** The kernel's boot id, and the ticks from the boot to the start. */
  startTime: string;
}

/** Start time of a running process; undefined if it has ended or is a zombie. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const ticks = startTicks(pid);
  return ticks === undefined ? undefined : `${bootId}:${ticks}`;
}

export const isAlive = async ({ pid, startTime }: ProcessIdentity): Promise<boolean> =>
  (await startTimeOf(pid)) === startTime;

async function environmentOf(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return new Map(
    text.split('\0').map((entry) => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/**
 * Calls `pick` with the environment of each living process, and returns the processes for which it gives a value.
 * A zombie counts as ended. Processes of other users are not visible.
 */
export async function processesBy<T>(
  pick: (environment: ReadonlyMap<string, string>) => T | undefined,
): Promise<(ProcessIdentity & { picked: T })[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const picked = pick(await environmentOf(pid));
      if (picked === undefined) return [];
      const startTime = await startTimeOf(pid);
      return startTime === undefined ? [] : [{ pid, startTime, picked }];
    }),
  );
  return found.flat();
}

/** Processes whose environment contains one of these entries, e.g. `TRAINER_JOB_KEY=ms-…-a1`. */
export async function processesWith(...entries: string[]): Promise<ProcessIdentity[]> {
  const wanted = entries.map((entry) => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)] as const;
  });
  const found = await processesBy((environment) =>
    wanted.some(([name, value]) => environment.get(name) === value) ? true : undefined,
  );
  return found.map(({ pid, startTime }) => ({ pid, startTime }));
}

/** Send a signal. Does nothing if the process has ended. A negative id is a process group. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
