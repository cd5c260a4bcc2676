import { readFileSync } from 'node:fs';
import type { Spend } from '../../../contracts/training.js';

/** USER_HZ of every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** Fields of /proc/<pid>/stat after the command, which may itself contain spaces; index 0 is field 3. */
function statOf(pid: number | 'self'): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** CPU seconds of a process and of the children that it has waited for. */
function cpuSeconds(pid: number | 'self'): number {
  const [utime, stime, cutime, cstime] = statOf(pid).slice(11, 15).map(Number);
  return ((utime ?? 0) + (stime ?? 0) + (cutime ?? 0) + (cstime ?? 0)) / TICKS_PER_SECOND;
}

/** What an attempt has used: this process, and the trainer while it lives. */
export function usageSince(startedMs: number, trainer: number | undefined, gpus: number): Spend {
  const wallSeconds = (Date.now() - startedMs) / 1000;
  const cpu = cpuSeconds('self') + (trainer === undefined ? 0 : cpuSeconds(trainer));
  return { wallSeconds, cpuSeconds: cpu, gpuSeconds: wallSeconds * gpus };
}
