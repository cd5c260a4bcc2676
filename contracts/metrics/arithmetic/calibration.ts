import type { UnitState } from '../define-metric.js';
import { add, weightedColumns } from './unit-sums.js';

/** Number of equal-width bins of the calibration error. */
export const CALIBRATION_BINS = 15;

/** Index of the bin of a score. Bin i of 15 holds i/15 < score <= (i+1)/15; the first one also holds 0. */
export const calibrationBin = (score: number): number =>
  Math.min(Math.max(Math.ceil(score * CALIBRATION_BINS) - 1, 0), CALIBRATION_BINS - 1);

/** Predicted probabilities, and whether the predicted event happened. */
export interface Promised {
  rows: number;
  score: (row: number) => number;
  happened: (row: number) => boolean;
}

/** For each calibration bin: number of rows, sum of scores, number of hits. */
export interface Calibration {
  rows: Float64Array;
  scores: Float64Array;
  positives: Float64Array;
}

/** Calibration bins of all rows: 15 for every unit. */
export function calibrationOf(
  { rows, score, happened }: Promised,
  unit: ArrayLike<number> = [],
  units = 1,
): Calibration {
  const zeros = (): Float64Array => new Float64Array(units * CALIBRATION_BINS);
  const bins: Calibration = { rows: zeros(), scores: zeros(), positives: zeros() };
  for (let row = 0; row < rows; row += 1) {
    const p = score(row);
    const bin = (unit[row] ?? 0) * CALIBRATION_BINS + calibrationBin(p);
    add(bins.rows, bin, 1);
    add(bins.scores, bin, p);
    add(bins.positives, bin, happened(row) ? 1 : 0);
  }
  return bins;
}

/**
 * Expected calibration error: over 15 equal-width bins of the score, the mean of |mean score − share of hits| weighted by
 * the bin's rows (Naeini, Cooper and Hauskrecht, *Obtaining well calibrated probabilities using Bayesian binning*, AAAI
 * 2015; bins closed on the right and 15 of them as in Guo et al., *On calibration of modern neural networks*, ICML 2017).
 */
export function expectedCalibrationError(bins: Calibration): number {
  let [gaps, rows] = [0, 0];
  for (let bin = 0; bin < CALIBRATION_BINS; bin += 1) {
    gaps += Math.abs((bins.scores[bin] ?? 0) - (bins.positives[bin] ?? 0));
    rows += bins.rows[bin] ?? 0;
  }
  return gaps / rows;
}

/** State of the expected calibration error, from which it is computed for any weights of the units. */
export function calibrationState(promised: Promised, unit: ArrayLike<number>, units: number): UnitState {
  const { rows, scores, positives } = calibrationOf(promised, unit, units);
  return {
    at: (weights) =>
      expectedCalibrationError({
        rows: weightedColumns(weights, rows, CALIBRATION_BINS),
        scores: weightedColumns(weights, scores, CALIBRATION_BINS),
        positives: weightedColumns(weights, positives, CALIBRATION_BINS),
      }),
  };
}
