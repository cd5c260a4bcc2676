import {
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { FailureType, fail } from '../contracts/failures.js';
import { trainingJobId, trialIntent } from '../contracts/ids.js';
import { studyLeaderboard } from '../contracts/job-lease.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { durationMs } from '../contracts/spec/units.js';
import {
  type Spend,
  type StudyInput,
  type StudyResult,
  type TrainingJobInput,
  type TrainingJobResult,
  type Trial,
} from '../contracts/training.js';
import { forEachBounded } from './for-each-bounded.js';
import { rank } from './policy/leaderboard.js';
import { noViableTrial, trialReason } from './policy/no-viable-trial.js';
import { rootMessage } from './policy/root-message.js';
import { sampleTrial } from './policy/search-space.js';
import { studyDetails } from './policy/study-details.js';
import { totalSpend } from './policy/spend.js';
import { child } from './stages/proxies.js';

/** Studies that were started before a study could continue as new: their histories end the way they began. */
export async function studyInOneRun(input: StudyInput): Promise<StudyResult> {
  const { search } = input.training;
  const trials = plan(input);
  const show = present(input, trials);
  const spends: Spend[] = [];

  await forEachBounded(trials, search.parallel, async (trial) => {
    show(trial, { state: 'running' });
    try {
      const job = await run(input, trial);
      spends.push(job.spend);
      const value = job.metrics[search.objective.metric] ?? null;
      show(trial, { state: 'succeeded', value, metrics: job.metrics });
    } catch (error) {
      // One dead trial narrows the search; a cancel must still end the study.
      if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
      const reason = trialReason(rootMessage(error));
      log.warn('trial failed', { trial: trial.trial, reason });
      show(trial, { state: 'failed', reason });
    }
  });

  const leaderboard = rank(trials, search);
  const [best] = leaderboard.trials;
  if (best?.state !== 'succeeded')
    throw fail(FailureType.NoViableTrial, noViableTrial(`${input.model} ${input.run}`, trials));
  return { best, leaderboard, spend: totalSpend(spends) };
}

/** Every trial with its parameters, before the first one runs. */
function plan({ training }: StudyInput): Trial[] {
  const { search, params, seed } = training;
  return Array.from({ length: search.trials }, (_, trial) => ({
    trial,
    params: { ...params, ...search.fixed, ...sampleTrial(search.space, seed, trial) },
    state: 'waiting',
    value: null,
    metrics: {},
    reason: null,
  }));
}

/** Query, details and search attributes: what people see. */
function present({ model, run, specDigest, training }: StudyInput, trials: Trial[]) {
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: model },
    { key: SearchAttribute.Backend, value: training.backend },
    { key: SearchAttribute.SpecDigest, value: specDigest },
  ]);
  setHandler(studyLeaderboard, () => rank(trials, training.search), {
    description: 'All trials, best first, with their parameters and values.',
  });
  const show = (trial: Trial, change: Partial<Trial>): void => {
    Object.assign(trial, change);
    setCurrentDetails(studyDetails(rank(trials, training.search), `Study of ${model} ${run}`));
  };
  return show;
}

function run(input: StudyInput, { trial, params }: Trial): Promise<TrainingJobResult> {
  const { model, run: runId, specDigest, code, environment, columns, training } = input;
  const intent = trialIntent(model, runId, trial);
  const job: TrainingJobInput = {
    model,
    run: runId,
    specDigest,
    intent,
    backend: training.backend,
    command: training.command,
    code,
    environment,
    channels: { train: input.search, validation: input.validation },
    columns,
    params,
    resources: training.resources,
    placement: training.placement,
    retries: training.retries,
    seed: training.seed,
    // The spec's deadline is one job's; it begins when its turn comes.
    deadline: new Date(Date.now() + durationMs(training.deadline)).toISOString(),
    objective: training.search.objective.metric,
  };
  return executeChild<(job: TrainingJobInput) => Promise<TrainingJobResult>>('trainingJob', {
    ...child,
    workflowId: trainingJobId(intent),
    args: [job],
    staticSummary: `Trial ${trial} of ${model} ${runId}`,
  });
}
