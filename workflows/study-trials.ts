import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  log,
  startChild,
} from '@temporalio/workflow';
import { trainingJobId, trialIntent } from '../contracts/ids.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { durationMs } from '../contracts/spec/units.js';
import type { StudyRun, Suggested, TrialReport } from '../contracts/study.js';
import { TaskQueue } from '../contracts/task-queues.js';
import type { TrainingJobInput } from '../contracts/training.js';
import { trialReason } from './policy/no-viable-trial.js';
import { rootMessage } from './policy/root-message.js';
import type { trainingJob } from './training-job.js';

type Planned = Suggested[number];

/** Cancel requests in one message to the server. */
const CANCEL_BATCH = 100;

/**
 * The trials of a study as child workflows that outlive one run of it: a trial says by signal, to the study's name, how it
 * ended, so that whichever run is there hears it. A server never lets a run continue as new over a signal that it has not
 * seen, so none is lost.
 *
 * @param hear a trial is over; may be told twice
 * @param wake something changed
 * @param broken nothing can be started any more
 */
export function openTrials(
  study: StudyRun,
  hear: (report: TrialReport) => void,
  wake: () => void,
  broken: (error: unknown) => void,
) {
  /** Started by this run: the server tells it also of those that end without a word. */
  const own = new Set<number>();
  const asked: number[] = [];
  const desk = {
    /** Starts that the server has not confirmed. */
    starting: 0,
    start,
    /** Those of whose end nobody would tell us, if they do not do it themselves. */
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
      // A study that was reset meets the trial that it had started before: it still runs, and will say so.
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
      // Its own word came before; this one counts for a trial that was terminated.
      const reason = trialReason(rootMessage(error));
      hear({ ...nothing, trial, state: 'failed', reason, spend });
    } finally {
      own.delete(trial);
      flying.delete(trial);
    }
  }

  /** Ask all that fly to end. Each then says how it did. */
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
            // Closed: its word is on its way, or it is found when the study looks after it.
            log.info('trial was over before it was asked to end', { trial });
          }
        }),
      );
  }

  return desk;
}

function childOf(
  { model, run, specDigest, code, environment, columns, training, search, validation }: StudyRun,
  trial: number,
  params: Planned['params'],
) {
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
    params,
    resources: training.resources,
    placement: training.placement,
    budget: training.budget,
    team: training.team,
    priority: training.priority,
    retries: training.retries,
    seed: training.seed,
    // The spec's deadline is one job's; it begins when its turn comes.
    deadline: new Date(Date.now() + durationMs(training.deadline)).toISOString(),
    objective: objective.metric,
    trial: { trial, goal: objective.goal, earlyStopping: earlyStopping ?? null },
  };
  return {
    workflowId: trainingJobId(intent),
    taskQueue: TaskQueue.control,
    args: [job] as [TrainingJobInput],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    // With the start, and not as an event and a write of each trial.
    typedSearchAttributes: [
      { key: SearchAttribute.Model, value: model },
      { key: SearchAttribute.Backend, value: training.backend },
      { key: SearchAttribute.SpecDigest, value: specDigest },
    ],
    staticSummary: `Trial ${trial} of ${model} ${run}`,
  };
}
