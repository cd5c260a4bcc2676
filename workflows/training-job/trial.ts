import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { StudyActivities } from '../../activities/study/index.js';
import type { Stopped } from '../../contracts/early-stopping.js';
import { FailureType, fail } from '../../contracts/failures.js';
import type { JobOutcome } from '../../contracts/job-lease.js';
import { type TrialReport, trialEnded } from '../../contracts/study.js';
import type { TrainingJobInput, TrainingJobResult, TrialRole } from '../../contracts/training.js';
import type { StoppedJob } from '../../contracts/trial-job.js';
import {
  type Tools,
  attemptUntilDone,
  endAfterCancel,
  finish,
  retry,
  brief,
  stopping,
  watching,
} from './attempts.js';
import { later } from '../policy/later.js';
import { trialReason } from '../policy/no-viable-trial.js';
import { totalSpend } from '../policy/spend.js';
import { AFTER_CANCEL } from '../after-cancel.js';
import { forTemporal } from '../for-temporal.js';
import { settleWithin } from '../settle-within.js';

/** A local activity runs in the process of this workflow: it costs one event and does not pass a task queue. */
const local = proxyLocalActivities<StudyActivities>({ startToCloseTimeout: '10 seconds', retry });
/** The attempt that is to be stopped. */
interface Stop {
  attempt: number;
  stopped: Stopped;
}
type Done = TrainingJobResult | StoppedJob;

/**
 * One trial of a study. Its attempts are like those of any job, but use as few activities as possible, because
 * there may be ten thousand trials. The study is told how the trial ended in every case.
 */
export async function runTrial(input: TrainingJobInput, role: TrialRole, tools: Tools): Promise<Done> {
  const { outcomes } = tools;
  const spend = () => totalSpend(outcomes.map((outcome) => outcome.spend));
  const nothing = { value: null, metrics: {}, step: null };
  try {
    const done = await attempts(input, role, tools);
    await tell(reportOf(done, input, role.trial));
    return done;
  } catch (error) {
    const cancelled = isCancellation(error);
    const reason = cancelled ? 'its job was cancelled' : trialReason(error);
    const state = cancelled ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() =>
      tell({ ...nothing, trial: role.trial, state, reason, spend: spend() }),
    );
    throw error;
  }
}

function reportOf(done: Done, { objective }: TrainingJobInput, trial: number): TrialReport {
  const { spend } = done;
  if ('stopped' in done) {
    const { value, step } = done.stopped;
    return { trial, state: 'stopped', value, metrics: {}, reason: whyStopped(done.stopped), step, spend };
  }
  const value = objective === null ? null : (done.metrics[objective] ?? null);
  return { trial, state: 'succeeded', value, metrics: done.metrics, reason: null, step: null, spend };
}

/** Addressed by the study's workflow id, so that a study that continued as new receives it too. */
async function tell(report: TrialReport): Promise<void> {
  const study = workflowInfo().parent;
  if (!study) return;
  try {
    await getExternalWorkflowHandle(study.workflowId).signal(forTemporal(trialEnded), report);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the study is closed: nobody hears how this trial ended', { trial: report.trial });
  }
}

async function attempts(input: TrainingJobInput, { trial }: TrialRole, tools: Tools): Promise<Done> {
  const { model, run, intent } = input;
  const opened = await local.openTrial.executeWithOptions({ summary: intent }, [
    { model, run, trial, intent },
  ]);
  if (opened.stopped) return stopEarly(input, { attempt: opened.attempt, stopped: opened.stopped }, tools);
  const done = await attemptUntilDone<Stop>(input, opened.attempt, tools, async (attempt, memoryFactor) => {
    const ended = await runAttempt(input, attempt, memoryFactor, tools);
    return 'stopped' in ended ? { other: ended } : { outcome: ended };
  });
  return 'result' in done ? done.result : stopEarly(input, done.other, tools);
}

/** A cancel stops the job, and takes effect once the job is dead. */
async function runAttempt(
  input: TrainingJobInput,
  attempt: number,
  memoryFactor: number,
  { outcomes, show, admit }: Tools,
): Promise<JobOutcome | Stop> {
  try {
    const { answer, waitedMs } = await admit(
      async (waited) => {
        show({ attempt, phase: 'running', progress: null, parked: null });
        const job = { ...input, deadline: later(input.deadline, waited) };
        const ran = await watching.runJob.executeWithOptions({ summary: `attempt ${attempt}` }, [
          { job, attempt, memoryFactor },
        ]);
        return ran.end === 'parked' ? { parked: ran.parked } : { ran };
      },
      (parked) => show({ phase: 'waiting', parked }),
    );
    const { ran } = answer;
    if (!ran) throw fail(FailureType.JobLost, `${input.intent} was admitted and did not run`);
    show({ attempt: ran.job.attempt, jobKey: ran.job.jobKey });
    if (ran.end === 'stopped') return { attempt: ran.job.attempt, stopped: ran.stopped };
    if (ran.end !== 'overdue') return ran.outcome;
    show({ phase: 'cancelling' });
    const reason = `past its deadline ${later(input.deadline, waitedMs)}`;
    const outcome = await stop(input, ran.job.attempt, reason, 'overdue');
    if (outcome) return outcome;
    throw fail(FailureType.JobTimedOut, `${input.intent} was ${reason} before it was dispatched`);
  } catch (error) {
    if (isCancellation(error))
      await CancellationScope.nonCancellable(async () => {
        show({ phase: 'cancelling' });
        const outcome = await endAfterCancel(input, attempt);
        if (outcome) outcomes.push(outcome);
        show({ phase: 'done' });
      });
    throw error;
  }
}

/** @returns the outcome of the attempt once it is dead; undefined if it was never dispatched */
async function stop(
  { intent, backend }: TrainingJobInput,
  attempt: number,
  reason: string,
  end: 'ended' | 'overdue',
): Promise<JobOutcome | undefined> {
  const { job } = await stopping.cancelJob.executeWithOptions({ summary: reason }, [
    { intent, attempt, backend, reason },
  ]);
  return job ? brief.collectJob({ ...job, end }) : undefined;
}

const whyStopped = ({ rung, value, place, reached }: Stopped): string =>
  `stopped early: ${value.toPrecision(5)} at step ${rung}, place ${place} of ${reached}`;

/** A cancel would have the same effect, so it does not interrupt this. A result that came first wins. */
const stopEarly = (input: TrainingJobInput, { attempt, stopped }: Stop, tools: Tools): Promise<Done> =>
  settleWithin(AFTER_CANCEL.job, async () => {
    const { outcomes, show } = tools;
    show({ phase: 'cancelling' });
    const outcome = await stop(input, attempt, whyStopped(stopped), 'ended');
    if (outcome) outcomes.push(outcome);
    if (outcome?.result) return finish(input, outcome, tools);
    show({ phase: 'done' });
    const spend = totalSpend(outcomes.map((one) => one.spend));
    return { intent: input.intent, jobKey: outcome?.jobKey ?? '', attempt, stopped, spend };
  });
