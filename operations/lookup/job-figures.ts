import { type JobSeries, seriesKey } from '../../contracts/job-series.js';
import { type ProgressFigures, progressFigures } from '../../contracts/progress.js';
import type { Progress } from '../../contracts/training.js';
import type { Storage } from '../ports/storage.js';

/**
 * The curve of one job; undefined before its trainer reported progress.
 *
 * @throws errors of the object store
 */
export async function seriesOf(
  { objects }: Pick<Storage, 'objects'>,
  jobKey: string,
): Promise<JobSeries | undefined> {
  const found = await objects.get(seriesKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as JobSeries);
}

/**
 * Progress figures of a job, from its whole curve if there is one.
 *
 * @param storage undefined if the object store is away: the figures then come from `progress` alone
 */
export async function figuresOf(
  storage: Pick<Storage, 'objects'> | undefined,
  jobKey: string,
  progress: Progress | null,
): Promise<ProgressFigures | null> {
  const series = storage && (await seriesOf(storage, jobKey).catch(() => undefined));
  // The beat may be newer than the curve.
  const last = series?.points.at(-1);
  const newer = progress && (!last || progress.step > last.step) ? [progress] : [];
  return progressFigures([...(series?.points ?? []), ...newer]);
}
