import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, sleep } from '@temporalio/workflow';
import type { TrainingActivities } from '../activities/training/index.js';
import { fail } from '../contracts/failures.js';
import type { JobOutcome } from '../contracts/job-lease.js';
import { TaskQueue } from '../contracts/task-queues.js';
import type { TrainingJobInput, TrainingJobResult, TrainingJobState } from '../contracts/training.js';
import type { Admit } from './parking.js';
import { decideOnFailure } from './policy/failure-policy.js';
import { jobResult } from './policy/job-result.js';

/** An object store or a database that is down for an hour delays a job and never ends it. */
export const retry: RetryPolicy = {
  initialInterval: '250 milliseconds',
  maximumInterval: '30 seconds',
  maximumAttempts: 150,
};

export const short = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 seconds',
  retry,
});
/** Watching only looks: its time-outs say something about the worker, and nothing about the job. */
export const watching = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 days',
  // A dead worker is noticed soon; a slow one costs a second look at the same job.
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

export type Show = (change: Partial<TrainingJobState>) => void;

export interface Tools {
  /** Attempts that are over, oldest first. */
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
 * Attempts until one has a result, or no further one would help.
 *
 * @param run one attempt; what it gives besides an outcome ends the attempts
 * @throws ApplicationFailure of the class that the last one ended with
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
      throw fail(decision.type, decision.message);
    }
    ({ memoryFactor } = decision);
    if (decision.waitMs > 0) await sleep(decision.waitMs, { summary: 'before the next attempt' });
    attempt = outcome.attempt + 1;
  }
}
