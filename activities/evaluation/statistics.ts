import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';
import type { MetricName } from '../../contracts/spec/metrics.js';
import { type BootstrapResult, pairedBootstrap } from './paired-bootstrap.js';
import type { ScoredRows } from './score.js';
import { type UnitStatistics, unitStatistics } from './unit-statistics.js';

/** More units than this are merged, neighbours in time, into so many blocks: the win matrix grows with the square. */
const MAX_BLOCKS = 512;
const MAIN_CONFIDENCE = 0.95;

export interface Statistics extends BootstrapResult {
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
}

/** What is declared, and whatever a gate asks about. */
export const metricsToCompute = (spec: EvaluationSpec): MetricName[] => [
  ...new Set([...spec.metrics, ...spec.gates.flatMap((gate) => ('metric' in gate ? [gate.metric] : []))]),
];

/** Per-unit statistics of both models, and the intervals that follow from them. */
export function statisticsOf(scored: ScoredRows, spec: EvaluationSpec, seed: number): Statistics {
  const count = scored.unit.values.length;
  const blocks = Math.min(count, MAX_BLOCKS);
  const unit =
    blocks === count ? scored.unit.code : scored.unit.code.map((of) => Math.floor((of * blocks) / count));
  const of = (score: Float32Array) => unitStatistics(unit, blocks, { label: scored.label, score });
  const candidate = of(scored.candidate);
  const champion = scored.champion && of(scored.champion);
  const asked = spec.gates.flatMap((gate) => ('confidence' in gate ? [gate.confidence] : []));
  const result = pairedBootstrap({
    candidate,
    champion,
    metrics: metricsToCompute(spec),
    confidences: [...new Set([MAIN_CONFIDENCE, ...asked])],
    resamples: spec.resamples,
    seed,
  });
  return { candidate, champion, ...result };
}
