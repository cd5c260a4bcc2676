import { readFile, readdir } from 'node:fs/promises';

/** A process id alone proves nothing: ids are given out again. With its start time it names one process. */
export interface ProcessIdentity {
  pid: number;
  /** Ticks since boot, and the boot: field 22 of /proc/<pid>/stat, and the kernel's boot id. */
  startTime: string;
}

let bootId: Promise<string> | undefined;
const boot = (): Promise<string> =>
  (bootId ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((id) => id.trim()));

/** Start time of a process that runs; undefined for one that is over, a zombie included. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command is in parentheses and may contain spaces and parentheses; what follows is field 3 on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : `${await boot()}:${fields[19] ?? ''}`;
}

export const isAlive = async ({ pid, startTime }: ProcessIdentity): Promise<boolean> =>
  (await startTimeOf(pid)) === startTime;

/** Processes whose environment has one of these entries, e.g. `TRAINER_JOB_KEY=ms-…-a1`; those of other users are not seen. */
export async function processesWith(...entries: string[]): Promise<ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const parts = environment.split('\0');
      if (!entries.some((entry) => parts.includes(entry))) return [];
      const startTime = await startTimeOf(pid);
      return startTime === undefined ? [] : [{ pid, startTime }];
    }),
  );
  return found.flat();
}

/** Values that processes of this machine have for one of these variables, e.g. the keys of jobs that are running. */
export async function valuesOf(...names: string[]): Promise<Set<string>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const values = environment.split('\0').flatMap((entry) => {
        const name = names.find((one) => entry.startsWith(`${one}=`));
        return name === undefined ? [] : [entry.slice(name.length + 1)];
      });
      // A zombie is over.
      return values.length > 0 && (await startTimeOf(pid)) !== undefined ? values : [];
    }),
  );
  return new Set(found.flat());
}

/** Send a signal; fine when the process is over. A negative id is a process group. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
