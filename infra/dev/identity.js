import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const clockTicks = 22; // field of /proc/<pid>/stat: start time in ticks since boot
const boot = existsSync('/proc/sys/kernel/random/boot_id')
  ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8)
  : '';

/** When a process began, as an opaque text; undefined when there is none (a zombie counts as none). */
export function startTime(pid) {
  if (!boot) {
    try {
      const told = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
      }).trim();
      return told === '' || told.startsWith('Z') ? undefined : told.slice(told.indexOf(' ')).trim();
    } catch {
      return undefined;
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold spaces: count the fields after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}-${fields[clockTicks - 3]}`;
  } catch {
    return undefined;
  }
}

/** A pid alone may be another process by now; with its start time it is this one or none. */
export const identify = (pid) => ({ pid, startedAt: startTime(pid) ?? '' });

export const isAlive = (process) => process.startedAt !== '' && startTime(process.pid) === process.startedAt;

export function signal(process, name) {
  if (!isAlive(process)) return false;
  try {
    globalThis.process.kill(process.pid, name);
    return true;
  } catch {
    return false;
  }
}
