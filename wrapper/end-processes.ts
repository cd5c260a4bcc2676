import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 20;
/** Longest look for processes that come again: a fork bomb is left to the limits of the machine. */
const PATIENCE_MS = 10_000;

async function belongs(pid: string, mark: string, uid: number | undefined): Promise<boolean> {
  if (uid !== undefined) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(status) && !/^State:\s+Z/m.test(status)) return true;
  }
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(mark);
}

/**
 * End every process that a trainer left, also one that made a session of its own: by the folder in its environment, and
 * by the trainer's user if it has one of its own.
 *
 * @returns how many were ended
 */
export async function endProcesses(base: string, uid: number | undefined): Promise<number> {
  const ended = new Set<string>();
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(LOOK_MS)) {
    const pids = (await readdir('/proc')).filter(
      (name) => /^\d+$/.test(name) && name !== String(process.pid),
    );
    const found = await Promise.all(
      pids.map(async (pid) => ((await belongs(pid, `TRAINER_BASE=${base}`, uid)) ? [pid] : [])),
    );
    const left = found.flat();
    if (left.length === 0) break;
    for (const pid of left) {
      ended.add(pid);
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  return ended.size;
}
