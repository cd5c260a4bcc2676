import type { RungReport } from '../contracts/early-stopping.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { Layout } from './layout.js';
import { lineReader } from './line-reader.js';
import { parseProgress } from './progress.js';

/**
 * Follows progress.ndjson and keeps, for each rung, the first line at or after it. A line that skips several rungs
 * counts for the last of them: at the earlier rungs the trial would be compared at a later step than the trials
 * that reported in time.
 */
export function followRungs(
  { progress: path, base }: Pick<Layout, 'progress' | 'base'>,
  { metric, steps }: NonNullable<JobOrder['rungs']>,
) {
  const reports: RungReport[] = [];
  const lines = lineReader(path, base);

  function take(line: string): void {
    const progress = parseProgress(line);
    const value = progress?.metrics[metric];
    if (!progress || value === undefined) return;
    const rung = steps.findLast((step) => step <= progress.step);
    if (rung === undefined || rung <= (reports.at(-1)?.rung ?? 0)) return;
    reports.push({ rung, step: progress.step, value });
  }

  return {
    reports,
    /** @returns true when a rung was reached since the last look */
    look: async (): Promise<boolean> => {
      const before = reports.length;
      for (const line of await lines.next()) take(line);
      return reports.length > before;
    },
  };
}
