import { type JobSeries, seriesKey } from '../../contracts/job-series.js';
import type { Services } from '../services/services.js';
import { findJob } from './find-job.js';

/** The curve of one job; undefined before it told any progress, or when the object store does not answer. */
export async function seriesOf(services: Services, jobKey: string): Promise<JobSeries | undefined> {
  const storage = await services.storage();
  const found = await storage.objects.get(seriesKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as JobSeries);
}

/** @throws MainspringError `not-found`, `unreachable` */
export const jobSeries = async (
  services: Services,
  name: string,
  options?: { attempt?: number },
): Promise<JobSeries | undefined> => seriesOf(services, (await findJob(services, name, options)).jobKey);
