import { patched, proxyActivities, upsertSearchAttributes } from '@temporalio/workflow';
import type { EvaluationActivities } from '../../../activities/evaluation/index.js';
import type { DataPipelineResult } from '../../../contracts/data.js';
import type { EvaluationResult, GateOutcome } from '../../../contracts/evaluation.js';
import { metricValue } from '../../../contracts/figures.js';
import { gateOf } from '../../../contracts/gates/gate-of.js';
import type { LifecycleInput } from '../../../contracts/lifecycle.js';
import type { MetricName } from '../../../contracts/metrics/index.js';
import type { OpenedRun } from '../../../contracts/registry.js';
import type { GateSpec } from '../../../contracts/spec/evaluation.js';
import { SearchAttribute } from '../../../contracts/search-attributes.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { TrainingJobResult } from '../../../contracts/training.js';
import { judge } from '../../policy/gates.js';
import { modelShape } from './model-shape.js';
import { type StageResult, record } from './proxies.js';

const { evaluateModels } = proxyActivities<EvaluationActivities>({
  taskQueue: TaskQueue.evaluation,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 40 },
});

export interface Judged {
  evaluation: EvaluationResult;
  gate: GateOutcome;
}

export async function evaluate(
  input: LifecycleInput,
  opened: OpenedRun,
  data: DataPipelineResult,
  job: TrainingJobResult,
): Promise<StageResult<Judged>> {
  const { model, run, specDigest } = input;
  const { spec } = opened.packed;
  // Another lifecycle may have been promoted while this one trained.
  const champion = patched('champion-when-judged') ? await record.findChampion({ model }) : opened.champion;
  const { split, windows } = data;
  const evaluation = await evaluateModels({
    model,
    run,
    specDigest,
    candidate: { version: null, model: job.model },
    champion: champion && { version: champion.version, model: champion.model },
    train: split.train,
    test: split.test,
    testRange: windows.test,
    features: spec.features.set,
    columns: { id: spec.data.id, time: spec.data.time, unit: spec.data.unit },
    evaluation: spec.evaluation,
    drift: spec.monitoring.drift,
    ...modelShape(spec, data),
  });
  const gate = judge(spec.evaluation, evaluation.evidence, () => patched('slices-without-figure-fail'));
  upsertSearchAttributes([{ key: SearchAttribute.Gate, value: gate.verdict }]);
  await record.recordEvaluation({ model, run, evaluation, decisions: gate.decisions });
  const figures = Object.entries(evaluation.evidence.metrics.candidate)
    .map(([metric, value]) => `${metric} ${metricValue(metric as MetricName, value)}`)
    .join(', ');
  return {
    value: { evaluation, gate },
    note: `${figures}; gates: ${gate.verdict}${spoken(spec.evaluation.gates, gate)}`,
  };
}

/** The comparison with the champion, and every gate that did not pass. */
function spoken(gates: GateSpec[], { decisions }: GateOutcome): string {
  const comparing = new Set(gates.filter((gate) => gateOf(gate).compares).map(({ name }) => name));
  return decisions
    .filter(({ gate, verdict }) => verdict !== 'pass' || comparing.has(gate))
    .map(({ gate, verdict, reason }) => ` – ${gate}: ${verdict}, ${reason}`)
    .join('');
}

/** The reasons of the gates that refused, in one line. */
export const refusal = (gate: GateOutcome): string =>
  gate.decisions
    .filter((decision) => decision.verdict === 'fail')
    .map((decision) => `gate "${decision.gate}": ${decision.reason}`)
    .join('; ');
