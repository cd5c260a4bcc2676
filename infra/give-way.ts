import { getPriority, setPriority } from 'node:os';

/**
 * Lower the priority of a process that was just started, so that the rest of the machine answers first.
 *
 * @param niceness from 1 to 19; a process that has a lower priority already keeps it
 */
export function giveWay(pid: number, niceness: number): void {
  try {
    if (getPriority(pid) < niceness) setPriority(pid, niceness);
  } catch {
    // The process is over, or the change is not permitted. It is worked with whatever its priority.
  }
}
