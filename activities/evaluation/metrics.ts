import type { Metrics } from '../../contracts/evaluation.js';
import type { MetricName } from '../../contracts/spec/metrics.js';
import { ascending } from './order.js';

/** Equal-width bins of the calibration error. */
export const CALIBRATION_BINS = 15;

/** Labels are 0 or 1, scores the probability of 1; equal lengths. */
export interface Scored {
  label: Uint8Array;
  score: Float32Array;
}

/**
 * Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting half.
 *
 * Exact: the Mann–Whitney statistic over all pairs (Hanley and McNeil, *The meaning and use of the area under a receiver
 * operating characteristic curve*, Radiology 143, 1982). NaN when one class is absent.
 */
export function rocAuc({ label, score }: Scored): number {
  const order = ascending(score);
  let positives = 0;
  let negatives = 0;
  let won = 0;
  for (let start = 0; start < order.length;) {
    const value = score[order[start] ?? 0];
    let [tiedPositives, end] = [0, start];
    for (; end < order.length && score[order[end] ?? 0] === value; end += 1)
      tiedPositives += label[order[end] ?? 0] ?? 0;
    const tiedNegatives = end - start - tiedPositives;
    won += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    start = end;
  }
  return won / (positives * negatives);
}

/**
 * Negative log-likelihood of one label, natural logarithm (Good, *Rational decisions*, JRSS B 14, 1952). The probability is
 * kept off 0 and 1 by 2^−52, as scikit-learn does for doubles, so that one certain mistake costs 36 and not infinity.
 */
export const logLossOf = (label: number, score: number): number => {
  const p = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON);
  return -Math.log(label === 1 ? p : 1 - p);
};

/** Squared error of one probability (Brier, *Verification of forecasts expressed in terms of probability*, 1950), 0–1. */
export const brierOf = (label: number, score: number): number => (score - label) ** 2;

/** Bin i of 15 holds i/15 < score <= (i+1)/15; the first one holds 0 too. */
export const calibrationBin = (score: number): number =>
  Math.min(Math.max(Math.ceil(score * CALIBRATION_BINS) - 1, 0), CALIBRATION_BINS - 1);

/** Per calibration bin: rows, sum of scores, number of positives. */
export interface Calibration {
  rows: Float64Array;
  scores: Float64Array;
  positives: Float64Array;
}

export function calibration({ label, score }: Scored): Calibration {
  const bins: Calibration = {
    rows: new Float64Array(CALIBRATION_BINS),
    scores: new Float64Array(CALIBRATION_BINS),
    positives: new Float64Array(CALIBRATION_BINS),
  };
  for (let row = 0; row < label.length; row += 1) {
    const bin = calibrationBin(score[row] ?? NaN);
    bins.rows[bin] = (bins.rows[bin] ?? 0) + 1;
    bins.scores[bin] = (bins.scores[bin] ?? 0) + (score[row] ?? NaN);
    bins.positives[bin] = (bins.positives[bin] ?? 0) + (label[row] ?? 0);
  }
  return bins;
}

/**
 * Expected calibration error: over 15 equal-width bins of the score, the mean of |mean score − share of positives| weighted
 * by the bin's rows (Naeini, Cooper and Hauskrecht, *Obtaining well calibrated probabilities using Bayesian binning*, AAAI
 * 2015; bins closed on the right and 15 of them as in Guo et al., *On calibration of modern neural networks*, ICML 2017).
 */
export function calibrationError(bins: Calibration): number {
  let [gaps, rows] = [0, 0];
  for (let bin = 0; bin < CALIBRATION_BINS; bin += 1) {
    gaps += Math.abs((bins.scores[bin] ?? 0) - (bins.positives[bin] ?? 0));
    rows += bins.rows[bin] ?? 0;
  }
  return gaps / rows;
}

function mean({ label, score }: Scored, loss: (label: number, score: number) => number): number {
  let sum = 0;
  for (let row = 0; row < label.length; row += 1) sum += loss(label[row] ?? NaN, score[row] ?? NaN);
  return sum / label.length;
}

const COMPUTE: Record<MetricName, (scored: Scored) => number> = {
  roc_auc: rocAuc,
  log_loss: (scored) => mean(scored, logLossOf),
  brier: (scored) => mean(scored, brierOf),
  calibration_error: (scored) => calibrationError(calibration(scored)),
};

/** The named metrics; one that is undefined for these rows (ROC AUC of one class) is left out. */
export function metricsOf(names: readonly MetricName[], scored: Scored): Metrics {
  const values = names.map((name) => [name, COMPUTE[name](scored)] as const);
  return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value)));
}
