import { parseOrFail } from '../../contracts/failures.js';
import { OpenTrialInput, type OpenedTrial } from '../../contracts/trial-job.js';
import type { JobStore } from '../ports/job-store.js';
import type { ObjectStore } from '../ports/object-store.js';
import type { RungStore } from '../ports/trial-store.js';
import { makeOpenJob } from '../training/open-job.js';
import { isTerminal } from '../../contracts/job-state.js';

/**
 * Return the attempt to begin a trial with, as `openJob` does. A trial that was stopped early gets that verdict
 * again and does not begin anew.
 *
 * Reads only, and fast: a local activity of the control pool.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeOpenTrial(deps: {
  jobs: JobStore;
  objects: ObjectStore;
  engineId: string;
  rungs: RungStore;
}) {
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
