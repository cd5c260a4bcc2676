import type { MetricName } from '../../contracts/spec/metrics.js';
import {
  type Calibration,
  CALIBRATION_BINS,
  type Scored,
  brierOf,
  calibrationBin,
  calibrationError,
  logLossOf,
} from './metrics.js';
import { ascending } from './order.js';

/**
 * What each metric needs to know of every unit, so that a resample of units costs sums over units and not over rows. All
 * four metrics come out exact, for any weights: nothing is binned or approximated for it.
 */
export interface UnitStatistics {
  units: number;
  rows: Float64Array;
  positives: Float64Array;
  logLoss: Float64Array;
  brier: Float64Array;
  /** Per unit and calibration bin. */
  calibration: Calibration;
  /** [unit of the positive × unit of the negative]: pairs in which the positive scores higher, ties counting half. */
  wins: Float64Array;
}

const add = (sums: Float64Array, at: number, amount: number): void => {
  sums[at] = (sums[at] ?? 0) + amount;
};

/** @param unit index of each row's unit, from 0 to units − 1 */
export function unitStatistics(unit: Int32Array, units: number, { label, score }: Scored): UnitStatistics {
  const zeros = (length: number): Float64Array => new Float64Array(length);
  const bins = units * CALIBRATION_BINS;
  const stats: UnitStatistics = {
    units,
    rows: zeros(units),
    positives: zeros(units),
    logLoss: zeros(units),
    brier: zeros(units),
    calibration: { rows: zeros(bins), scores: zeros(bins), positives: zeros(bins) },
    wins: wins(unit, units, { label, score }),
  };
  for (let row = 0; row < label.length; row += 1) {
    const [of, y, p] = [unit[row] ?? 0, label[row] ?? NaN, score[row] ?? NaN];
    const bin = of * CALIBRATION_BINS + calibrationBin(p);
    add(stats.rows, of, 1);
    add(stats.positives, of, y);
    add(stats.logLoss, of, logLossOf(y, p));
    add(stats.brier, of, brierOf(y, p));
    add(stats.calibration.rows, bin, 1);
    add(stats.calibration.scores, bin, p);
    add(stats.calibration.positives, bin, y);
  }
  return stats;
}

/** Sweep up the scores; each positive has won against the negatives passed so far, by unit. */
function wins(unit: Int32Array, units: number, { label, score }: Scored): Float64Array {
  const won = new Float64Array(units * units);
  const passed = new Float64Array(units);
  const order = ascending(score);
  for (let start = 0; start < order.length;) {
    const value = score[order[start] ?? 0];
    let end = start;
    // Half of the tied negatives before their positives are counted, the other half after.
    for (; end < order.length && score[order[end] ?? 0] === value; end += 1)
      if (label[order[end] ?? 0] === 0) add(passed, unit[order[end] ?? 0] ?? 0, 0.5);
    for (let rank = start; rank < end; rank += 1) {
      const row = order[rank] ?? 0;
      if (label[row] !== 1) continue;
      const base = (unit[row] ?? 0) * units;
      for (let other = 0; other < units; other += 1) add(won, base + other, passed[other] ?? 0);
    }
    for (let rank = start; rank < end; rank += 1) {
      const row = order[rank] ?? 0;
      if (label[row] === 0) add(passed, unit[row] ?? 0, 0.5);
    }
    start = end;
  }
  return won;
}

function auc(stats: UnitStatistics, weights: ArrayLike<number>): number {
  let [won, positives, negatives] = [0, 0, 0];
  for (let of = 0; of < stats.units; of += 1) {
    const weight = weights[of] ?? 0;
    if (weight === 0) continue;
    const base = of * stats.units;
    let row = 0;
    for (let other = 0; other < stats.units; other += 1)
      row += (weights[other] ?? 0) * (stats.wins[base + other] ?? 0);
    won += weight * row;
    positives += weight * (stats.positives[of] ?? 0);
    negatives += weight * ((stats.rows[of] ?? 0) - (stats.positives[of] ?? 0));
  }
  return won / (positives * negatives);
}

const dot = (weights: ArrayLike<number>, sums: Float64Array): number => {
  let total = 0;
  for (let of = 0; of < weights.length; of += 1) total += (weights[of] ?? 0) * (sums[of] ?? 0);
  return total;
};

function calibrationOf(stats: UnitStatistics, weights: ArrayLike<number>): number {
  const column = (sums: Float64Array): Float64Array => {
    const total = new Float64Array(CALIBRATION_BINS);
    for (let of = 0; of < stats.units; of += 1) {
      const weight = weights[of] ?? 0;
      if (weight === 0) continue;
      for (let bin = 0; bin < CALIBRATION_BINS; bin += 1)
        add(total, bin, weight * (sums[of * CALIBRATION_BINS + bin] ?? 0));
    }
    return total;
  };
  const { rows, scores, positives } = stats.calibration;
  return calibrationError({ rows: column(rows), scores: column(scores), positives: column(positives) });
}

/** A metric over the rows in which unit u occurs `weights[u]` times. NaN when undefined, as ROC AUC of one class. */
export function weightedMetric(
  metric: MetricName,
  stats: UnitStatistics,
  weights: ArrayLike<number>,
): number {
  switch (metric) {
    case 'roc_auc':
      return auc(stats, weights);
    case 'log_loss':
      return dot(weights, stats.logLoss) / dot(weights, stats.rows);
    case 'brier':
      return dot(weights, stats.brier) / dot(weights, stats.rows);
    case 'calibration_error':
      return calibrationOf(stats, weights);
  }
}

/** A metric of one unit alone. */
export function unitMetric(metric: MetricName, stats: UnitStatistics, of: number): number {
  const only = new Float64Array(stats.units);
  only[of] = 1;
  return weightedMetric(metric, stats, only);
}
