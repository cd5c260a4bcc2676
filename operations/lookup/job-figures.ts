import { type JobSeries, seriesKey } from '../../contracts/job-series.js';
import { type ProgressFigures, progressFigures } from '../../contracts/progress.js';
import type { Progress } from '../../contracts/training.js';
import type { Services } from '../ports/services.js';

/**
 * The curve of one job; undefined before its trainer reported progress.
 *
 * @throws errors of the object store
 */
export async function seriesOf(services: Services, jobKey: string): Promise<JobSeries | undefined> {
  const storage = await services.storage();
  const found = await storage.objects.get(seriesKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as JobSeries);
}

/** Progress figures of a job, from its whole curve if there is one. */
export async function figuresOf(
  services: Services,
  jobKey: string,
  progress: Progress | null,
): Promise<ProgressFigures | null> {
  const series = await seriesOf(services, jobKey).catch(() => undefined);
  // The beat may be newer than the curve.
  const last = series?.points.at(-1);
  const newer = progress && (!last || progress.step > last.step) ? [progress] : [];
  return progressFigures([...(series?.points ?? []), ...newer]);
}
