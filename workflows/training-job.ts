import type { RetryPolicy } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { TrainingActivities } from '../activities/training/index.js';
import { FailureType, fail, parseOrFail } from '../contracts/failures.js';
import { type JobOutcome, jobProgress, trainingJobState } from '../contracts/job-lease.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { TaskQueue } from '../contracts/task-queues.js';
import {
  type Progress,
  TrainingJobInput,
  type TrainingJobResult,
  type TrainingJobState,
} from '../contracts/training.js';
import type { StoppedJob } from '../contracts/trial-job.js';
import { type Admit, openParking } from './parking.js';
import { later } from './policy/later.js';
import { decideOnFailure } from './policy/failure-policy.js';
import { jobDetails, told } from './policy/job-details.js';
import { totalSpend } from './policy/spend.js';
import { runTrial } from './trial.js';

/** An object store or a database that is down for an hour delays a job and never ends it. */
const retry: RetryPolicy = {
  initialInterval: '250 milliseconds',
  maximumInterval: '30 seconds',
  maximumAttempts: 150,
};

const short = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 seconds',
  retry,
});
const building = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 20 },
});
/** Watching only looks: its time-outs say something about the worker, and nothing about the job. */
const watching = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '30 days',
  // A dead worker is noticed soon; a slow one costs a second look at the same job.
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { ...retry, maximumAttempts: 100_000 },
});
const stopping = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry,
});

/** One intent, trained once: attempts until there is a result, or a failure that no further attempt would mend. */
export async function trainingJob(raw: TrainingJobInput): Promise<TrainingJobResult | StoppedJob> {
  const input = parseOrFail(TrainingJobInput, raw);
  const outcomes: JobOutcome[] = [];
  const show = present(input, outcomes);
  const admit = openParking(input);
  if (input.trial) return runTrial(input, input.trial, { outcomes, show, admit });
  const [opened] = await Promise.all([
    short.openJob({ intent: input.intent }),
    building.buildEnvironment.executeWithOptions({ summary: 'Python environment' }, [
      { environment: input.environment },
    ]),
  ]);

  let memoryFactor = 1;
  for (let attempt = opened.attempt; ;) {
    const outcome = await runAttempt(input, attempt, memoryFactor, show, admit);
    outcomes.push(outcome);
    if (outcome.result) return finish(input, outcome, outcomes, show);
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

type Show = (change: Partial<TrainingJobState>) => void;

/** Query, progress, details and search attributes: what people see. */
function present(input: TrainingJobInput, outcomes: JobOutcome[]): Show {
  const { intent, backend, model, specDigest, trial } = input;
  const state: TrainingJobState = { intent, attempt: 0, phase: 'preparing', jobKey: null, progress: null };
  // A trial is started with them.
  if (!trial)
    upsertSearchAttributes([
      { key: SearchAttribute.Model, value: model },
      { key: SearchAttribute.Backend, value: backend },
      { key: SearchAttribute.SpecDigest, value: specDigest },
    ]);
  let points: Progress[] = [];
  const show: Show = (change) => {
    Object.assign(state, change);
    if (change.progress !== undefined) points = told(points, change.progress);
    setCurrentDetails(jobDetails(state, backend, outcomes, points));
  };
  setHandler(trainingJobState, () => state, { description: 'Attempt, phase and progress of the job.' });
  setHandler(jobProgress, (progress) => show({ progress }), {
    description: 'The watcher of the job tells how far it is.',
  });
  show({});
  return show;
}

/** One attempt from dispatch to outcome. A cancel stops its job, and comes through once the job is seen dead. */
async function runAttempt(
  input: TrainingJobInput,
  attempt: number,
  memoryFactor: number,
  show: Show,
  admit: Admit,
): Promise<JobOutcome> {
  const { intent, backend } = input;
  show({ attempt, phase: 'dispatching', jobKey: null, progress: null });
  try {
    const { answer: job, waitedMs } = await admit(
      (waited) => {
        show({ phase: 'dispatching', parked: null });
        return short.dispatchJob.executeWithOptions({ summary: `attempt ${attempt}` }, [
          { job: { ...input, deadline: later(input.deadline, waited) }, attempt, memoryFactor },
        ]);
      },
      (parked) => show({ phase: 'waiting', parked }),
    );
    const deadline = later(input.deadline, waitedMs);
    show({ attempt: job.attempt, phase: 'running', jobKey: job.jobKey });
    const { end } = await watching.watchJob.executeWithOptions({ summary: job.jobKey }, [
      { ...job, deadline },
    ]);
    if (end === 'overdue') {
      show({ phase: 'cancelling' });
      await stopping.cancelJob({
        intent,
        attempt: job.attempt,
        backend,
        reason: `past its deadline ${deadline}`,
      });
    }
    show({ phase: 'collecting' });
    return await short.collectJob({ ...job, end });
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => stop(input, attempt, show));
    throw error;
  }
}

async function stop({ intent, backend }: TrainingJobInput, attempt: number, show: Show): Promise<void> {
  show({ phase: 'cancelling' });
  const reason = 'its workflow was cancelled';
  const stopped = await stopping.cancelJob.executeWithOptions({ summary: reason }, [
    { intent, attempt, backend, reason },
  ]);
  if (stopped.job) await short.collectJob({ ...stopped.job, end: 'ended' });
  show({ phase: 'done' });
}

function finish(
  { intent }: TrainingJobInput,
  { jobKey, attempt, result }: JobOutcome,
  outcomes: JobOutcome[],
  show: Show,
): TrainingJobResult {
  show({ phase: 'done' });
  if (!result) throw fail(FailureType.JobLost, `${jobKey} has no result`);
  const spend = totalSpend(outcomes.map((outcome) => outcome.spend));
  return { intent, jobKey, attempt, metrics: result.metrics, model: result.model, spend };
}
