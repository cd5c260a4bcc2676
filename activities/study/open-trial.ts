import { parseOrFail } from '../../contracts/failures.js';
import { OpenTrialInput, type OpenedTrial } from '../../contracts/trial-job.js';
import type { JobStore } from '../ports/job-store.js';
import type { ObjectStore } from '../ports/object-store.js';
import type { RungStore } from '../ports/trial-store.js';
import { makeOpenJob } from '../training/open-job.js';
import { isTerminal } from '../training/policy/job-transitions.js';

/**
 * Say which attempt of a trial to begin with, as `openJob` does; a trial that was stopped early is told so, and does not
 * begin again.
 *
 * Reads only, and fast: a local activity of the control pool.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeOpenTrial(deps: { jobs: JobStore; objects: ObjectStore; rungs: RungStore }) {
  const openJob = makeOpenJob(deps);
  return async function openTrial(input: OpenTrialInput): Promise<OpenedTrial> {
    const { model, run, trial, intent } = parseOrFail(OpenTrialInput, input);
    const [row, opened] = await Promise.all([deps.jobs.last(intent), openJob({ intent })]);
    if (row && isTerminal(row.state) && row.state !== 'succeeded' && opened.attempt > row.attempt) {
      const stopped = await deps.rungs.stopped({ model, run }, trial);
      if (stopped) return { attempt: row.attempt, stopped };
    }
    return { ...opened, stopped: null };
  };
}
