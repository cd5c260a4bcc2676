import { proxyActivities } from '@temporalio/workflow';
import type { LoopActivities } from '../../../activities/monitoring/index.js';
import type { DataPipelineResult } from '../../../contracts/data.js';
import type { EvaluationResult } from '../../../contracts/evaluation.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { OpenedRun, VersionRef } from '../../../contracts/registry.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import { modelShape } from './model-shape.js';
import type { StageResult } from './proxies.js';

const { ensureLoop } = proxyActivities<LoopActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds', maximumAttempts: 80 },
});

export async function closeTheLoop(
  input: LifecycleInput,
  opened: OpenedRun,
  data: DataPipelineResult,
  { version }: VersionRef,
  evaluation: EvaluationResult,
): Promise<StageResult<undefined>> {
  const { model, run, specDigest, asOf } = input;
  const { monitoring, retraining, features } = opened.packed.spec;
  await ensureLoop({
    model,
    run,
    specDigest,
    target: {
      version,
      specDigest,
      reference: evaluation.reference,
      features: features.set,
      ...modelShape(opened.packed.spec, data),
    },
    monitoring,
    retraining,
    firstWindow: monitoring.clock === 'event' ? asOf : new Date(Date.now()).toISOString(),
  });
  return { value: undefined, note: `monitor watches version ${version} in windows of ${monitoring.window}` };
}
