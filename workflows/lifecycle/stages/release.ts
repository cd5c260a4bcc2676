import { executeChild } from '@temporalio/workflow';
import type { DataPipelineResult } from '../../../contracts/data.js';
import type { EvaluationResult } from '../../../contracts/evaluation.js';
import { releaseId } from '../../../contracts/ids.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun, VersionRef } from '../../../contracts/registry.js';
import type { TrainingJobResult } from '../../../contracts/training.js';
import type { release } from '../../release/release.js';
import type { Ended } from './ended.js';
import { modelShape } from './model-shape.js';
import { child } from '../../child.js';
import type { StageResult } from './proxies.js';

export async function roll(
  input: LifecycleInput,
  opened: OpenedRun,
  data: DataPipelineResult,
  { version }: VersionRef,
  job: TrainingJobResult,
  evaluation: EvaluationResult,
): Promise<StageResult<Ended | undefined>> {
  const { model, run, specDigest } = input;
  const { spec } = opened.packed;
  const released = await executeChild<typeof release>('release', {
    ...child,
    workflowId: releaseId(model, version),
    args: [
      {
        model,
        run,
        specDigest,
        candidate: {
          version,
          model: job.model,
          golden: evaluation.golden,
          features: spec.features.set,
          ...modelShape(spec, data),
        },
        comparedWith: evaluation.evidence.champion?.version ?? null,
        spec: spec.release,
      },
    ],
    staticSummary: `Release of ${model} version ${version}`,
  });
  if (released.outcome === 'promoted') return { value: undefined, note: released.reason };
  return { value: { outcome: 'rolled-back', reason: released.reason }, note: released.reason };
}
