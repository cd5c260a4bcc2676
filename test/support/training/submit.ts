import { text } from 'node:stream/consumers';
import type { JobRequest } from '../../../activities/ports/job-backend.js';
import { openLocalBackend } from '../../../infra/adapters/jobs/local/local.js';
import type { StageOptions } from '../../../infra/adapters/jobs/stage-job.js';

/** Submits the job on its standard input, and then waits to be killed like a worker. */
const input = JSON.parse(await text(process.stdin)) as {
  submission: JobRequest;
  backend: StageOptions;
};
await openLocalBackend(input.backend).submit(input.submission);
setInterval(() => {}, 60_000);
