import type { ProgressFigures } from '../../contracts/progress.js';
import type { JobView, Progress } from '../../contracts/training.js';
import type { Services } from '../services/services.js';
import { isOver } from './find-job.js';
import { figuresOf } from './live-jobs.js';

export interface JobProgress {
  job: JobView;
  /** Newest progress line of its trainer. */
  progress: Progress | null;
  /** From its whole curve: share, time to go. */
  figures: ProgressFigures | null;
}

const MAX_JOBS_SHOWN = 50;

/** Jobs of a run that are not over, with how far each is. */
export async function runJobs(services: Services, model: string, run: string): Promise<JobProgress[]> {
  const { views } = await services.database();
  const jobs = await views.jobs({ model, run, limit: MAX_JOBS_SHOWN });
  const live = jobs.filter((job) => !isOver(job));
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
