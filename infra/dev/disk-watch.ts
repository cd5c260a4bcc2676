import { shortOfRoom } from '../../operations/system/checks/disk.js';

const EVERY_MS = 15_000;

export interface DiskWatch {
  /** The folders without room, in words; empty if there is room. */
  notice: () => string;
  stop: () => void;
}

/** Looks at the free space of folders, and says when it ends and when it is back. */
export function watchDisk(
  folders: readonly string[],
  say: (line: string) => void,
  look: typeof shortOfRoom = shortOfRoom,
  everyMs = EVERY_MS,
): DiskWatch {
  let notice = '';
  async function check(): Promise<void> {
    const { full } = await look(folders);
    const before = notice;
    notice = full.length === 0 ? '' : `the disk is full: ${full.join('; ')}`;
    if (notice !== '' && before === '')
      say(`${notice}. Free space there: what found no room is tried again, and goes on by itself`);
    if (notice === '' && before !== '') say('the disk has room again');
  }
  const timer = setInterval(() => void check(), everyMs);
  timer.unref();
  void check();
  return { notice: () => notice, stop: () => clearInterval(timer) };
}
