import { execFileSync } from 'node:child_process';
import { bootId, startTicks } from '../process-start.js';

/** When a process began, as an opaque text; undefined when there is none (a zombie counts as none). */
export function startTime(pid) {
  if (!bootId) {
    try {
      const told = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
      }).trim();
      return told === '' || told.startsWith('Z') ? undefined : told.slice(told.indexOf(' ')).trim();
    } catch {
      return undefined;
    }
  }
  const ticks = startTicks(pid);
  return ticks === undefined ? undefined : `${bootId.slice(0, 8)}-${ticks}`;
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
