import { existsSync, readFileSync } from 'node:fs';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Id of this boot of the kernel; empty where there is no /proc. */
export const bootId = existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'utf8').trim() : '';

/** Ticks from the boot to the start of a running process, as text; undefined if it has ended or is a zombie. */
export function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command is in parentheses and may contain spaces and parentheses. Field 3, the state, follows the last parenthesis;
    // field 22 is the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
