import { z } from 'zod';
import type { JobSeries as Series } from '../../contracts/job-series.js';
import { Progress } from '../../contracts/training.js';
import { findJob } from '../lookup/find-job.js';
import { seriesOf } from '../lookup/job-figures.js';
import { defineOperation } from '../operation.js';
import { attempt, jobName } from './get.js';

/** The schema is defined here because the job wrapper shares the type and must not depend on zod. */
export const JobSeries: z.ZodType<Series> = z.strictObject({
  jobKey: z.string(),
  /** Number of progress lines that the trainer has written. */
  lines: z.int(),
  /** `points` has every `stride`-th line, and always the first and the newest, oldest first. */
  stride: z.int(),
  points: z.array(Progress),
});

export const series = defineOperation({
  name: 'jobs.series',
  summary: 'Progress and metrics of a job from its first step on, thinned; null before it reported any',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ job: jobName, attempt }),
  output: JobSeries.nullable(),
  errors: {
    'not-found': 'No job or run has this name, or it has no such attempt.',
    usage: 'The run has several jobs, and `attempt` is named without one of them.',
  },
  http: { method: 'GET', path: '/v1/jobs/{job}/series' },
  run: async (services, { job, ...options }) => {
    const { jobKey } = await findJob(services, job, options);
    return (await seriesOf(await services.storage(), jobKey)) ?? null;
  },
});
