import { executeChild } from '@temporalio/workflow';
import type { DataPipelineResult } from '../../../contracts/data.js';
import { finalFitIntent, studyId, trainingJobId } from '../../../contracts/ids.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun } from '../../../contracts/registry.js';
import type { Params } from '../../../contracts/spec/training.js';
import type { TrainingJobInput, TrainingJobResult } from '../../../contracts/training.js';
import type { study } from '../../study/study.js';
import { modelShape } from './model-shape.js';
import { child } from '../../child.js';
import { jobSettings } from '../../policy/job-settings.js';
import type { StageResult } from './proxies.js';

/** A job that is not a trial is never stopped early. */
type FinalFit = (job: TrainingJobInput) => Promise<TrainingJobResult>;

export interface Trained {
  job: TrainingJobResult;
  params: Params;
}

export async function train(
  input: LifecycleInput,
  opened: OpenedRun,
  data: DataPipelineResult,
  note: (text: string) => void,
): Promise<StageResult<Trained>> {
  const { model, run, specDigest } = input;
  const { packed, champion } = opened;
  const { training, features } = packed.spec;
  const { train, search, validation } = data.split;
  const columns = { features: features.set, label: 'label' };
  const shape = modelShape(packed.spec, data);
  const shared = { model, run, specDigest, code: packed.code, environment: packed.environment };

  let searched: { params: Params; note: string };
  if (input.reuseHyperparameters && champion) {
    searched = { params: champion.params, note: `hyperparameters of version ${champion.version}` };
  } else {
    const studied = await executeChild<typeof study>('study', {
      ...child,
      workflowId: studyId(model, run),
      args: [{ ...shared, training, columns, ...shape, search, validation }],
      staticSummary: `Study of ${model} ${run}: ${training.search.trials} trials`,
    });
    const { metric } = training.search.objective;
    const { done, failed } = studied.leaderboard;
    searched = {
      params: { ...training.params, ...tuned(studied.best.params, training.search.fixed) },
      note: `${done} trials${failed > 0 ? ` (${failed} failed)` : ''}, best ${metric} ${studied.best.value?.toFixed(4) ?? 'none'}`,
    };
  }
  note(searched.note);
  const intent = finalFitIntent(model, run);
  const job = await executeChild<FinalFit>('trainingJob', {
    ...child,
    workflowId: trainingJobId(intent),
    args: [
      {
        ...shared,
        intent,
        backend: training.backend,
        command: training.command,
        channels: { train },
        columns,
        ...shape,
        params: searched.params,
        ...jobSettings(training, Date.now()),
        objective: null,
      },
    ],
    staticSummary: `Final fit of ${model} ${run}`,
  });
  return {
    value: { job, params: searched.params },
    note: `${searched.note}; final fit in ${job.spend.wallSeconds.toFixed(1)} s`,
  };
}

/** A trial's parameters without the fixed ones, which only the search needed. */
const tuned = (params: Params, fixed: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !(name in fixed)));
