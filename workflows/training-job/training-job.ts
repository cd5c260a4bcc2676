import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { TrainingActivities } from '../../activities/training/index.js';
import { parseOrFail } from '../../contracts/failures.js';
import { type JobOutcome, jobProgress, trainingJobState } from '../../contracts/job-lease.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import {
  Progress,
  TrainingJobInput,
  type TrainingJobResult,
  type TrainingJobState,
} from '../../contracts/training.js';
import type { StoppedJob } from '../../contracts/trial-job.js';
import { type Admit, openParking } from './parking.js';
import { later } from '../policy/later.js';
import { jobDetails, told } from './job-details.js';
import { runTrial } from './trial.js';
import { type Show, attemptUntilDone, brief, endAfterCancel, stopping, watching } from './attempts.js';
import { forTemporal } from '../for-temporal.js';
import { onSignal } from '../on-signal.js';

const building = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 20 },
});
/** Train one intent: attempts until there is a result, or a failure that another attempt would not cure. */
export async function trainingJob(raw: TrainingJobInput): Promise<TrainingJobResult | StoppedJob> {
  const input = parseOrFail(TrainingJobInput, raw);
  const outcomes: JobOutcome[] = [];
  const show = present(input, outcomes);
  const admit = openParking(input);
  if (input.trial) return runTrial(input, input.trial, { outcomes, show, admit });
  const [opened] = await Promise.all([
    brief.openJob({ intent: input.intent }),
    building.buildEnvironment.executeWithOptions({ summary: 'Python environment' }, [
      { environment: input.environment },
    ]),
  ]);

  const tools = { outcomes, show, admit };
  const done = await attemptUntilDone<never>(input, opened.attempt, tools, async (attempt, memoryFactor) => ({
    outcome: await runAttempt(input, attempt, memoryFactor, show, admit),
  }));
  return 'result' in done ? done.result : done.other;
}

/** Keeps the visible state up to date: query, progress, details and search attributes. */
function present(input: TrainingJobInput, outcomes: JobOutcome[]): Show {
  const { intent, backend, model, specDigest, trial } = input;
  const state: TrainingJobState = { intent, attempt: 0, phase: 'preparing', jobKey: null, progress: null };
  // A trial gets its search attributes at its start.
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
  setHandler(forTemporal(trainingJobState), () => state, {
    description: 'Attempt, phase and progress of the job.',
  });
  onSignal(jobProgress, Progress, (progress) => show({ progress }), {
    description: 'The watcher of the job tells how far it is.',
  });
  show({});
  return show;
}

/** One attempt from dispatch to outcome. A cancel stops its job, and takes effect once the job is dead. */
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
        return brief.dispatchJob.executeWithOptions({ summary: `attempt ${attempt}` }, [
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
    return await brief.collectJob({ ...job, end });
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => stop(input, attempt, show));
    throw error;
  }
}

async function stop(input: TrainingJobInput, attempt: number, show: Show): Promise<void> {
  show({ phase: 'cancelling' });
  await endAfterCancel(input, attempt);
  show({ phase: 'done' });
}
