import { executeChild } from '@temporalio/workflow';
import type { EvaluationResult } from '../../contracts/evaluation.js';
import { releaseId } from '../../contracts/ids.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import type { OpenedRun, VersionRef } from '../../contracts/registry.js';
import type { TrainingJobResult } from '../../contracts/training.js';
import type { release } from '../release.js';
import type { Ended } from './ended.js';
import { type StageResult, child } from './proxies.js';

export async function roll(
  input: LifecycleInput,
  opened: OpenedRun,
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
        candidate: { version, model: job.model, golden: evaluation.golden, features: spec.features.set },
        comparedWith: evaluation.evidence.champion?.version ?? null,
        spec: spec.release,
      },
    ],
    staticSummary: `Release of ${model} version ${version}`,
  });
  if (released.outcome === 'promoted') return { value: undefined, note: released.reason };
  return { value: { outcome: 'rolled-back', reason: released.reason }, note: released.reason };
}
