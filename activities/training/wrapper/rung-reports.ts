import { open } from 'node:fs/promises';
import type { RungReport } from '../../../contracts/early-stopping.js';
import type { JobOrder } from '../../ports/job-order.js';
import { parseProgress } from './progress.js';

/** Read at once at most; the rest follows at the next look. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Follows progress.ndjson, and keeps for each rung the first line at or after it. A line that lies past several rungs counts
 * for the last of them: at the others the trial would be compared further on than those that reported in time.
 */
export function followRungs(path: string, { metric, steps }: NonNullable<JobOrder['rungs']>) {
  const reports: RungReport[] = [];
  let offset = 0;

  function take(line: string): void {
    const progress = parseProgress(line);
    const value = progress?.metrics[metric];
    if (!progress || value === undefined) return;
    const rung = steps.findLast((step) => step <= progress.step);
    if (rung === undefined || rung <= (reports.at(-1)?.rung ?? 0)) return;
    reports.push({ rung, step: progress.step, value });
  }

  async function read(): Promise<boolean> {
    const before = reports.length;
    const file = await open(path).catch(() => undefined);
    if (!file) return false;
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(CHUNK_BYTES), position: offset });
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      // Only whole lines: the next look begins with the rest, which may end within a character.
      offset += end;
      for (const line of buffer.toString('utf8', 0, end).split('\n')) if (line !== '') take(line);
    } finally {
      await file.close();
    }
    return reports.length > before;
  }
  let reading: Promise<boolean> = Promise.resolve(false);

  return {
    reports,
    /** One look after the other. @returns whether a rung was reached since the last one */
    look: (): Promise<boolean> => (reading = reading.then(read, read)),
  };
}
