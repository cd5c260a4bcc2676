import { copyFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const limitBytes = 10 * 1024 * 1024;
const everyMs = 15_000;

/** Sets a log that is too large aside. On a full disk it is emptied without a copy: its room is needed. */
export function boundLog(file: string, limit = limitBytes): void {
  try {
    if (statSync(file).size < limit) return;
    try {
      copyFileSync(file, `${file}.1`);
    } catch {
      rmSync(`${file}.1`, { force: true, recursive: true });
    }
    truncateSync(file);
  } catch {
    // The file is gone, or cannot be changed now: the next round tries again.
  }
}

/**
 * Keep each log below about 10 MiB, with one older part beside it. The processes hold their log open in append
 * mode, so the file is copied and emptied; lines written between the two steps are lost.
 */
export function boundLogs(directory: string): { stop: () => void } {
  const timer = setInterval(() => {
    for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.log')))
      boundLog(join(directory, name));
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
