import { readFileSync, readdirSync } from 'node:fs';
import type { Spend } from '../contracts/training.js';

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

/** CPU seconds of a process and of everything below it: a confined trainer is not a direct child. */
function treeSeconds(root: number): number {
  const below = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))[1]);
    below.set(parent, [...(below.get(parent) ?? []), Number(name)]);
  }
  const left = [root];
  let sum = 0;
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    sum += cpuSeconds(pid);
    left.push(...(below.get(pid) ?? []));
  }
  return sum;
}

/** The usage of an attempt: this process, and the trainer with its processes while it lives. */
export function usageSince(startedMs: number, trainer: number | undefined, gpus: number): Spend {
  const wallSeconds = (Date.now() - startedMs) / 1000;
  const cpu = cpuSeconds('self') + (trainer === undefined ? 0 : treeSeconds(trainer));
  return { wallSeconds, cpuSeconds: cpu, gpuSeconds: wallSeconds * gpus };
}
