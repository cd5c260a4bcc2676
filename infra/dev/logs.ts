import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const limitBytes = 10 * 1024 * 1024;
const everyMs = 15_000;

/**
 * Keep each log below about 10 MiB, with one older part beside it. The processes hold their files open in append mode,
 * so a file is copied and emptied; the few lines written in between are lost.
 */
export function boundLogs(directory: string): { stop: () => void } {
  const timer = setInterval(() => {
    for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.log'))) {
      const file = join(directory, name);
      if (statSync(file).size < limitBytes) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    }
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
