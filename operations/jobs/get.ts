import { z } from 'zod';
import { JobView } from '../../contracts/training.js';
import { text } from '../../contracts/primitives/text.js';
import { wholeNumber } from '../fields.js';
import { findJob } from '../lookup/find-job.js';
import { defineOperation } from '../operation.js';

/** Input field that names a job. */
export const jobName = text(300).describe(
  'A job: its key (`ms-…-a1`), its intent (`<model>/<run>/<name>`), or a run.',
);
export const attempt = wholeNumber(1).optional().describe('Number of the attempt. Default: the newest.');

export const get = defineOperation({
  name: 'jobs.get',
  summary: 'The job that a job key, an intent or a run names',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ job: jobName, attempt }),
  output: JobView,
  errors: {
    'not-found': 'No job or run has this name, or it has no such attempt.',
    usage: 'The run has several jobs, and `attempt` is named without one of them.',
  },
  http: { method: 'GET', path: '/v1/jobs/{job}' },
  run: (services, { job, ...options }) => findJob(services, job, options),
});
