import pTimeout from 'p-timeout';
import { z } from 'zod';
import { ProgressFigures } from '../../contracts/progress.js';
import { rootReason } from '../../contracts/root-reason.js';
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

/** Time after which jobs are shown without their progress. An object store that is silent has failed a little earlier. */
const PATIENCE_MS = 9_000;

/** @throws errors of the object store */
async function withProgress(services: Services, job: JobView): Promise<JobProgress> {
  const storage = await services.storage();
  const beat = await storage.objects.get(`beats/${job.jobKey}`);
  const said = beat && (JSON.parse(beat.body.toString()) as { progress?: Progress | null });
  const progress = said?.progress ?? null;
  return { job, progress, figures: await figuresOf(storage, job.jobKey, progress) };
}

/** Unfinished jobs of a run with their progress. Without the object store they have none, and their reason says so. */
export async function runJobs(
  services: Services,
  model: string,
  run: string,
  patienceMs = PATIENCE_MS,
): Promise<JobProgress[]> {
  const { views } = await services.records();
  const jobs = await views.jobs({ model, run, limit: MAX_JOBS_SHOWN });
  const live = jobs.filter(({ state }) => !isTerminal(state));
  const late = {
    milliseconds: patienceMs,
    message: `the object store does not answer within ${patienceMs / 1_000} s`,
  };
  return Promise.all(
    live.map((job) =>
      pTimeout(withProgress(services, job), late).catch((error: unknown): JobProgress => {
        const reason = job.reason ?? `its progress cannot be read: ${rootReason(error)}`;
        return { job: { ...job, reason }, progress: null, figures: null };
      }),
    ),
  );
}
