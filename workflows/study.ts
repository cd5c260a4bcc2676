import {
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { FailureType, fail, parseOrFail } from '../contracts/failures.js';
import { trainingJobId, trialIntent } from '../contracts/ids.js';
import { studyLeaderboard } from '../contracts/job-lease.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { durationMs } from '../contracts/spec/units.js';
import {
  type Spend,
  StudyInput,
  type StudyResult,
  type TrainingJobInput,
  type TrainingJobResult,
  type Trial,
} from '../contracts/training.js';
import { forEachBounded } from './for-each-bounded.js';
import { rank, studyDetails } from './policy/leaderboard.js';
import { rootMessage } from './policy/root-message.js';
import { sampleTrial } from './policy/search-space.js';
import { totalSpend } from './policy/spend.js';
import { child } from './stages/proxies.js';
import type { trainingJob } from './training-job.js';

/** Longest reason of one trial in the leaderboard and in the failure of the study. */
const REASON_CHARS = 500;

/** Search the declared space: trials as training jobs, a bounded number at a time; the best surviving one wins. */
export async function study(raw: StudyInput): Promise<StudyResult> {
  const input = parseOrFail(StudyInput, raw);
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
      const reason = rootMessage(error).slice(0, REASON_CHARS);
      log.warn('trial failed', { trial: trial.trial, reason });
      show(trial, { state: 'failed', reason });
    }
  });

  const leaderboard = rank(trials, search);
  const [best] = leaderboard.trials;
  if (best?.state !== 'succeeded') throw noViableTrial(input, trials);
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
  return executeChild<typeof trainingJob>('trainingJob', {
    ...child,
    workflowId: trainingJobId(intent),
    args: [job],
    staticSummary: `Trial ${trial} of ${model} ${runId}`,
  });
}

function noViableTrial({ model, run: runId }: StudyInput, trials: Trial[]) {
  const reasons = new Map<string, number[]>();
  for (const { trial, reason } of trials) {
    const first = (reason ?? 'unknown').split('\n')[0] ?? '';
    const cause = first.replace(/^\S+\/trial-\d+ /, '');
    reasons.set(cause, [...(reasons.get(cause) ?? []), trial]);
  }
  const lines = [...reasons].map(([reason, failed]) => `- trial ${failed.join(', ')}: ${reason}`);
  return fail(
    FailureType.NoViableTrial,
    `all ${trials.length} trials of ${model} ${runId} failed:\n${lines.join('\n')}\nMend the cause, then start a new run.`,
  );
}
