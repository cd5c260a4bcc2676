import { parseOrFail } from '../../contracts/failures.js';
import { type RanJob, RunJobInput } from '../../contracts/trial-job.js';
import { makeCancelJob } from './cancel-job.js';
import { makeCollectJob } from './collect-job.js';
import type { SearchDeps, TrainingDeps } from './deps.js';
import { makeDispatchJob } from './dispatch-job.js';
import { heartbeating } from './heartbeating.js';
import { jobKeyOf } from './job-key.js';
import { leaseOf } from './lease-of.js';
import { rankTrialOf } from './rank-trial.js';
import { makeWatch } from './watch-job.js';

/**
 * Run one attempt of a trial from dispatch to settlement: `dispatchJob`, `watchJob` and `collectJob` in one
 * activity, because ten thousand trials pay for each activity.
 *
 * Idempotent by (intent, attempt), as each of the three is: a delivery after a lost worker finds the row, watches
 * the same job and collects the same outcome. Heartbeats from a timer. A worker that stops, times out or is
 * cancelled leaves the job running.
 *
 * @throws the failures of the three activities
 */
export function makeRunJob(deps: TrainingDeps & Pick<SearchDeps, 'rungs'>) {
  const dispatchJob = makeDispatchJob(deps);
  const watch = makeWatch(deps);
  const collectJob = makeCollectJob(deps);
  const cancelJob = makeCancelJob(deps);
  return async function runJob(input: RunJobInput): Promise<RanJob> {
    const request = parseOrFail(RunJobInput, input);
    const { attempt, job: trained } = request;
    const { intent, deadline, backend } = trained;
    const rank = rankTrialOf(deps.rungs, trained);
    const before = rank && (await rank([]));
    // A stop is final. It also applies to an attempt that follows a lost one.
    if (before)
      return {
        end: 'stopped',
        job: { intent, attempt, backend, jobKey: jobKeyOf(await leaseOf(deps, intent), attempt) },
        stopped: before,
      };
    const job = await heartbeating(
      () => ({ intent, dispatching: true }),
      () => dispatchJob(request),
    );
    if (job.parked) return { end: 'parked', parked: job.parked };
    const watched = await watch({ ...job, deadline }, rank);
    if (watched.end === 'stopped') {
      const { stopped } = watched;
      const { rung, place, reached } = stopped;
      // Stop the job here at once. The workflow would stop it later, and the trial costs money until then.
      const reason = `place ${place} of ${reached} at step ${rung}`;
      await cancelJob({ intent, attempt, backend, reason });
      return { end: 'stopped', job, stopped };
    }
    const { end } = watched;
    if (end === 'overdue') return { end, job };
    const outcome = await heartbeating(
      () => ({ intent, collecting: true }),
      () => collectJob({ ...job, end }),
    );
    return { end, job, outcome };
  };
}
