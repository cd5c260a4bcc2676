import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, sleep } from '@temporalio/workflow';
import type { TrainingActivities } from '../../activities/training/index.js';
import { fail } from '../../contracts/failures.js';
import type { JobOutcome } from '../../contracts/job-lease.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput, TrainingJobResult, TrainingJobState } from '../../contracts/training.js';
import type { Admit } from './parking.js';
import { AFTER_CANCEL, ifPossible, recordAfterCancel } from '../after-cancel.js';
import { decideOnFailure } from '../policy/failure-policy.js';
import { jobResult } from '../policy/job-result.js';

/** An object store or a database that is down for an hour delays a job but does not fail it. */
export const retry: RetryPolicy = {
  initialInterval: '250 milliseconds',
  maximumInterval: '30 seconds',
  maximumAttempts: 150,
};

export const brief = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 seconds',
  retry,
});
/** Watching only reads: its time-outs concern the worker, and not the job. */
export const watching = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 days',
  // Short, so that a dead worker is noticed soon. A false alarm only costs a second look at the same job.
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { ...retry, maximumAttempts: 100_000 },
});
export const stopping = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry,
});

/** Ends the job of a cancelled workflow, in a bounded time. What is not ended then is left to the reaper. */
const stopAfterCancel = proxyActivities<Pick<TrainingActivities, 'cancelJob'>>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: AFTER_CANCEL.job,
  scheduleToCloseTimeout: AFTER_CANCEL.job,
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '5 seconds' },
});
const settleAfterCancel = proxyActivities<Pick<TrainingActivities, 'collectJob'>>(
  recordAfterCancel(TaskQueue.training),
);

/** @returns the outcome of the attempt; undefined if it was never dispatched, or could not be ended in time */
export const endAfterCancel = (
  { intent, backend }: Pick<TrainingJobInput, 'intent' | 'backend'>,
  attempt: number,
): Promise<JobOutcome | undefined> =>
  ifPossible(`attempt ${attempt} of ${intent} is not ended or not settled`, async () => {
    const reason = 'its workflow was cancelled';
    const { job } = await stopAfterCancel.cancelJob.executeWithOptions({ summary: reason }, [
      { intent, attempt, backend, reason },
    ]);
    return job ? settleAfterCancel.collectJob({ ...job, end: 'ended' }) : undefined;
  });

export type Show = (change: Partial<TrainingJobState>) => void;

export interface Tools {
  /** Outcomes of the ended attempts, oldest first. */
  outcomes: JobOutcome[];
  show: Show;
  admit: Admit;
}

export function finish(
  { intent }: TrainingJobInput,
  outcome: JobOutcome,
  { outcomes, show }: Tools,
): TrainingJobResult {
  show({ phase: 'done' });
  return jobResult(intent, outcome, outcomes);
}

/**
 * Start attempts until one has a result, or until another one would not help.
 *
 * @param run runs one attempt; a value other than an outcome ends the attempts
 * @throws MainspringFailure of the class that the last attempt ended with
 */
export async function attemptUntilDone<Other extends object>(
  input: TrainingJobInput,
  first: number,
  tools: Tools,
  run: (attempt: number, memoryFactor: number) => Promise<{ outcome: JobOutcome } | { other: Other }>,
): Promise<{ result: TrainingJobResult } | { other: Other }> {
  const { outcomes, show } = tools;
  let memoryFactor = 1;
  for (let attempt = first; ;) {
    const ended = await run(attempt, memoryFactor);
    if ('other' in ended) return ended;
    const { outcome } = ended;
    outcomes.push(outcome);
    if (outcome.result) return { result: finish(input, outcome, tools) };
    const decision = decideOnFailure(outcomes, input.retries, input.intent);
    if (decision.kind === 'giveUp') {
      show({ phase: 'done' });
      throw fail(decision.type, decision.message, { remedy: decision.remedy });
    }
    ({ memoryFactor } = decision);
    if (decision.waitMs > 0) await sleep(decision.waitMs, { summary: 'before the next attempt' });
    attempt = outcome.attempt + 1;
  }
}
