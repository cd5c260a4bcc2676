import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  log,
  startChild,
} from '@temporalio/workflow';
import { trainingJobId, trialIntent } from '../../contracts/ids.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import type { StudyRun, Suggested, TrialReport } from '../../contracts/study.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import { jobSettings } from '../policy/job-settings.js';
import { trialReason } from '../policy/no-viable-trial.js';
import type { trainingJob } from '../training-job/training-job.js';

type Planned = Suggested[number];

/** Cancel requests in one message to the server. */
const CANCEL_BATCH = 100;

/**
 * The trials of a study, as child workflows that may outlive one run of it. A trial reports its end by a signal to
 * the study's workflow id, so that the current run receives it. A run cannot continue as new while it has an unread
 * signal, so no report is lost.
 *
 * @param hear called when a trial has ended; may be called twice for a trial
 * @param wake called after every change
 * @param broken called when no trial can be started any more
 */
export function openTrials(
  study: StudyRun,
  hear: (report: TrialReport) => void,
  wake: () => void,
  broken: (error: unknown) => void,
) {
  /** Trials started by this run. The server also reports the end of those that send no signal. */
  const own = new Set<number>();
  const asked: number[] = [];
  const desk = {
    /** Number of starts that the server has not confirmed yet. */
    starting: 0,
    start,
    /** Trials started by an earlier run. If such a trial is terminated, no report of its end arrives. */
    quiet: (inFlight: readonly Planned[]) =>
      inFlight.map(({ trial }) => trial).filter((trial) => !own.has(trial)),
    cancel,
  };
  const flying = new Set<number>((study.state?.inFlight ?? []).map(({ trial }) => trial));

  function start(planned: Planned): void {
    desk.starting += 1;
    flying.add(planned.trial);
    void CancellationScope.nonCancellable(() => fly(planned)).catch(broken);
  }

  async function fly({ trial, params }: Planned): Promise<void> {
    let handle;
    try {
      handle = await startChild<typeof trainingJob>('trainingJob', childOf(study, trial, params));
    } catch (error) {
      // A study that was reset may find a trial that it had started before. That trial still runs and will report.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      throw error;
    } finally {
      desk.starting -= 1;
      wake();
    }
    own.add(trial);
    const nothing = { value: null, metrics: {}, step: null };
    const spend = { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 };
    try {
      await handle.result();
      hear({ ...nothing, trial, state: 'failed', reason: 'it ended without a word', spend });
    } catch (error) {
      // The trial's own report came first. This one matters for a terminated trial.
      const reason = trialReason(error);
      hear({ ...nothing, trial, state: 'failed', reason, spend });
    } finally {
      own.delete(trial);
      flying.delete(trial);
    }
  }

  /** Ask all trials in flight to end. Each of them reports its end. */
  async function cancel(): Promise<void> {
    const trials = [...flying].filter((trial) => !asked.includes(trial));
    asked.push(...trials);
    for (let first = 0; first < trials.length; first += CANCEL_BATCH)
      await Promise.all(
        trials.slice(first, first + CANCEL_BATCH).map(async (trial) => {
          try {
            await getExternalWorkflowHandle(
              trainingJobId(trialIntent(study.model, study.run, trial)),
            ).cancel();
          } catch {
            // The trial is closed: its report is on its way, or `lookAfter` will find it.
            log.info('trial was over before it was asked to end', { trial });
          }
        }),
      );
  }

  return desk;
}

function childOf(study: StudyRun, trial: number, params: Planned['params']) {
  const { model, run, specDigest, code, environment, columns, training, search, validation } = study;
  const intent = trialIntent(model, run, trial);
  const { objective, earlyStopping } = training.search;
  const job: TrainingJobInput = {
    model,
    run,
    specDigest,
    intent,
    backend: training.backend,
    command: training.command,
    code,
    environment,
    channels: { train: search, validation },
    columns,
    ...(study.problem ? { problem: study.problem } : {}),
    ...(study.signature ? { signature: study.signature } : {}),
    params,
    ...jobSettings(training, Date.now()),
    objective: objective.metric,
    trial: { trial, goal: objective.goal, earlyStopping: earlyStopping ?? null },
  };
  return {
    workflowId: trainingJobId(intent),
    taskQueue: TaskQueue.control,
    args: [job] as [TrainingJobInput],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    // Set at the start, which saves an event and a write per trial.
    typedSearchAttributes: [
      { key: SearchAttribute.Model, value: model },
      { key: SearchAttribute.Backend, value: training.backend },
      { key: SearchAttribute.SpecDigest, value: specDigest },
    ],
    staticSummary: `Trial ${trial} of ${model} ${run}`,
  };
}
