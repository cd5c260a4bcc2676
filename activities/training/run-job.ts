import { parseOrFail } from '../../contracts/failures.js';
import { type RanJob, RunJobInput } from '../../contracts/trial-job.js';
import { makeCancelJob } from './cancel-job.js';
import { makeCollectJob } from './collect-job.js';
import type { SearchDeps, TrainingDeps } from './deps.js';
import { makeDispatchJob } from './dispatch-job.js';
import { heartbeating } from './heartbeating.js';
import { jobKeyOf } from './job-key.js';
import { judgeOf } from './judge-trial.js';
import { makeWatch } from './watch-job.js';

/**
 * One attempt of a trial from dispatch to its end: `dispatchJob`, `watchJob` and `collectJob` in one activity, because ten
 * thousand trials pay for each activity. Each of the three is idempotent by (intent, attempt), so all are: a delivery that
 * comes after a lost worker finds the row, watches the same job, and collects the same outcome.
 *
 * Heartbeats from a timer. A worker that stops, times out or is cancelled leaves the job running.
 *
 * @throws as the three of them
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
    const judge = judgeOf(deps.rungs, trained);
    const verdict = judge && (await judge([]));
    // A verdict is final, also for an attempt that follows one that was lost while it was being stopped.
    if (verdict)
      return {
        end: 'stopped',
        job: { intent, attempt, backend, jobKey: jobKeyOf(intent, attempt) },
        stopped: verdict,
      };
    const job = await heartbeating(
      () => ({ intent, dispatching: true }),
      () => dispatchJob(request),
    );
    if (job.parked) return { end: 'parked', parked: job.parked };
    const watched = await watch({ ...job, deadline }, judge);
    if (watched.end === 'stopped') {
      const { stopped } = watched;
      const { rung, place, reached } = stopped;
      // Here, and not only by the workflow, whose turn comes later: until then the trial costs.
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
