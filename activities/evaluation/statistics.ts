import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';
import type { MetricName } from '../../contracts/spec/metrics.js';
import { type BootstrapResult, pairedBootstrap } from './paired-bootstrap.js';
import { type UnitStatistics, unitStatistics } from './unit-statistics.js';

/** More units than this are merged, neighbours in time, into so many blocks: the win matrix grows with the square. */
const MAX_BLOCKS = 512;
/** Of intervals that no gate asks for. */
export const MAIN_CONFIDENCE = 0.95;

export interface Statistics extends BootstrapResult {
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
}

/** What is declared, and whatever a gate asks about. */
export const metricsToCompute = (spec: EvaluationSpec): MetricName[] => [
  ...new Set([...spec.metrics, ...spec.gates.flatMap((gate) => ('metric' in gate ? [gate.metric] : []))]),
];

/** Labels and scores of both models with their units: of all rows, or of a slice. */
export interface Comparable {
  label: Uint8Array;
  candidate: Float32Array;
  champion: Float32Array | null;
  /** Index of each row's unit. */
  unit: Int32Array;
  units: number;
}

/** Per-unit statistics of both models, and the intervals that follow from them. */
export function statisticsOf(rows: Comparable, spec: EvaluationSpec, seed: number): Statistics {
  const blocks = Math.min(rows.units, MAX_BLOCKS);
  const unit =
    blocks === rows.units ? rows.unit : rows.unit.map((of) => Math.floor((of * blocks) / rows.units));
  const of = (score: Float32Array) => unitStatistics(unit, blocks, { label: rows.label, score });
  const candidate = of(rows.candidate);
  const champion = rows.champion && of(rows.champion);
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
