import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';
import { confidencesOfGates, metricsOfGates } from '../../contracts/gates/gate-of.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import type { Problem } from '../../contracts/problems/index.js';
import type { UnitState } from '../../contracts/metrics/define-metric.js';
import { breather } from './breather.js';
import { type BootstrapResult, pairedBootstrap } from './paired-bootstrap.js';
import { type UnitStatistics, unitStatistics } from './unit-statistics.js';

/**
 * Most units of a bootstrap. More units are merged with their neighbours in time into this many blocks, because the
 * win matrix of ROC AUC grows with the square of the units.
 */
const MAX_BLOCKS = 512;
/** Confidence of intervals for which no gate sets one. */
export const MAIN_CONFIDENCE = 0.95;

export interface Statistics extends BootstrapResult {
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
}

/** The declared metrics, and every further metric that a gate names. */
export const metricsToCompute = (spec: EvaluationSpec): MetricName[] => [
  ...new Set([...spec.metrics, ...metricsOfGates(spec.gates)]),
];

/** Labels and predictions of both models with their units, of all rows or of one slice. */
export interface Comparable {
  problem: Problem;
  label: Float64Array;
  candidate: Float32Array;
  champion: Float32Array | null;
  /** Number of columns of a prediction. */
  width: number;
  /** Index of each row's unit. */
  unit: Int32Array;
  units: number;
}

/** Statistics of each unit for both models, and the intervals computed from them. */
export async function statisticsOf(
  rows: Comparable,
  spec: EvaluationSpec,
  seed: number,
): Promise<Statistics> {
  const blocks = Math.min(rows.units, MAX_BLOCKS);
  const unit =
    blocks === rows.units ? rows.unit : rows.unit.map((of) => Math.floor((of * blocks) / rows.units));
  const { problem, label, width } = rows;
  const names = metricsToCompute(spec);
  const breathe = breather();
  const of = async (prediction: Float32Array): Promise<UnitStatistics> => {
    const states = new Map<MetricName, UnitState>();
    for (const name of names) {
      await breathe();
      const one = unitStatistics([name], { problem, label, prediction, width }, unit, blocks);
      one.states.forEach((state) => states.set(name, state));
    }
    return { problem, units: blocks, states };
  };
  const candidate = await of(rows.candidate);
  const champion = rows.champion && (await of(rows.champion));
  const result = await pairedBootstrap({
    candidate,
    champion,
    metrics: names,
    confidences: [...new Set([MAIN_CONFIDENCE, ...confidencesOfGates(spec.gates)])],
    resamples: spec.resamples,
    seed,
  });
  return { candidate, champion, ...result };
}
