import type { JobView } from '../../contracts/training.js';
import type { Services } from '../services/services.js';
import { findModel, findRun } from './find-run.js';

/** Training jobs, newest first. */
export async function jobs(
  services: Services,
  { run, model, limit = 50 }: { run?: string; model?: string; limit?: number } = {},
): Promise<JobView[]> {
  const { views } = await services.database();
  if (run !== undefined) return views.jobs({ ...(await findRun(services, run)), limit });
  return views.jobs({ ...(model === undefined ? {} : { model: await findModel(services, model) }), limit });
}
