import { z } from 'zod';
import { ProgressFigures } from '../../contracts/progress.js';
import { JobView, Progress } from '../../contracts/training.js';
import type { Services } from '../ports/services.js';
import { isTerminal } from '../../contracts/job-state.js';
import { figuresOf } from './job-figures.js';

export const JobProgress = z.strictObject({
  job: JobView,
  /** Newest progress line of its trainer. */
  progress: Progress.nullable(),
  /** Figures from the whole curve: share done, remaining time. */
  figures: ProgressFigures.nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

const MAX_JOBS_SHOWN = 50;

/** Unfinished jobs of a run with their progress. */
export async function runJobs(services: Services, model: string, run: string): Promise<JobProgress[]> {
  const { views } = await services.records();
  const jobs = await views.jobs({ model, run, limit: MAX_JOBS_SHOWN });
  const live = jobs.filter(({ state }) => !isTerminal(state));
  if (live.length === 0) return [];
  const storage = await services.storage().catch(() => undefined);
  return Promise.all(
    live.map(async (job) => {
      const beat = await storage?.objects.get(`beats/${job.jobKey}`).catch(() => undefined);
      const said = beat && (JSON.parse(beat.body.toString()) as { progress?: Progress | null });
      const progress = said?.progress ?? null;
      const figures = storage ? await figuresOf(services, job.jobKey, progress) : null;
      return { job, progress, figures };
    }),
  );
}
