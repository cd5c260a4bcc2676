import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationBin, calibrationOf } from '../../../../contracts/metrics/arithmetic/calibration.js';
import { metricOf, metricsOf } from '../../../../contracts/metrics/compare.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { BINARY } from '../../../../contracts/problems/index.js';
import { scoredRows } from './scored-rows.js';

const ALL = ['roc_auc', 'log_loss', 'calibration_error', 'brier'] as const;
const of = (label: number[], score: number[]): Scored => ({
  problem: BINARY,
  label,
  prediction: Float32Array.from(score),
  width: 1,
});
const rocAuc = (scored: Scored): number => metricOf('roc_auc', scored);

/** Scores and labels of a NumPy generator (seed 7), with ties; the figures below are scikit-learn 1.9.1's. */
const ORACLE = of(
  [
    1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1,
    0, 0, 0, 1, 1,
  ],
  [
    0.63, 0.9, 0.78, 0.23, 0.3, 0.87, 0.01, 0.82, 0.8, 0.47, 0.3, 0.28, 0.25, 0.45, 0.5, 0.55, 1.0, 0.79,
    0.62, 0.99, 0.22, 0.16, 0.61, 0.04, 0.04, 0.51, 0.47, 0.92, 0.63, 0.51, 0.5, 0.25, 0.01, 0.19, 0.69, 0.2,
    0.37, 0.0, 0.83, 0.15,
  ],
);

function aucByPairs({ label, prediction: score }: Scored): number {
  let [won, pairs] = [0, 0];
  Array.from(label).forEach((y, i) =>
    Array.from(label).forEach((z, j) => {
      if (y !== 1 || z !== 0) return;
      pairs += 1;
      won += score[i]! > score[j]! ? 1 : score[i] === score[j] ? 0.5 : 0;
    }),
  );
  return won / pairs;
}

describe('the metrics', () => {
  it('equal those of scikit-learn on the same scores', () => {
    const found = metricsOf(ALL, ORACLE);

    expect(found.roc_auc).toBeCloseTo(0.8825, 12);
    expect(found.log_loss).toBeCloseTo(0.4245177496419357, 12);
    expect(found.brier).toBeCloseTo(0.1387450015015156, 12);
    expect(found.calibration_error).toBeCloseTo(0.17850000197067856, 12);
  });

  it('count a tie between a positive and a negative as half a win', () => {
    expect(rocAuc(of([0, 1], [0.5, 0.5]))).toBe(0.5);
    expect(rocAuc(of([0, 1, 1], [0.5, 0.5, 0.9]))).toBe(0.75);
    expect(rocAuc(of([1, 0], [0.9, 0.1]))).toBe(1);
    expect(rocAuc(of([1, 0], [0.1, 0.9]))).toBe(0);
  });

  it('give the ROC AUC that counting every pair gives, ties included', () => {
    fc.assert(
      fc.property(scoredRows(), (scored) => {
        expect(rocAuc(scored)).toBeCloseTo(aucByPairs(scored), 12);
      }),
    );
  });

  it('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(scoredRows(), (scored) => {
        const reversed = {
          ...scored,
          label: Array.from(scored.label).toReversed(),
          prediction: scored.prediction.toReversed(),
        };
        const [there, back] = [metricsOf(ALL, scored), metricsOf(ALL, reversed)];
        for (const name of ALL) expect(back[name]).toBeCloseTo(there[name]!, 10);
      }),
    );
  });

  it('leave out the ROC AUC of a single class instead of reporting a number', () => {
    expect(metricsOf(ALL, of([1, 1], [0.2, 0.4]))).not.toHaveProperty('roc_auc');
  });

  it('cap what one certain mistake costs', () => {
    const cost = (label: number, score: number): number => metricOf('log_loss', of([label], [score]));
    expect(cost(1, 0)).toBeCloseTo(-Math.log(2 ** -52), 9);
    expect(cost(0, 1)).toBeCloseTo(-Math.log(2 ** -52), 9);
    expect(cost(1, 1)).toBeCloseTo(0, 9);
  });

  it('close calibration bins on the right and keep 0 and 1 inside', () => {
    expect([0, 1e-9, 1 / 15, 0.0667, 0.5, 1].map(calibrationBin)).toEqual([0, 0, 0, 1, 7, 14]);
    const scores = [0.5, 0.5, 0.99];
    const bins = calibrationOf({ rows: 3, score: (row) => scores[row]!, happened: () => true });
    expect(bins.rows[7]).toBe(2);
  });

  it('find a perfectly calibrated model perfectly calibrated', () => {
    const label = Array.from({ length: 100 }, (_, n) => (n < 30 ? 1 : 0));
    expect(metricsOf(ALL, of(label, new Array<number>(100).fill(0.3))).calibration_error).toBeCloseTo(0, 6);
  });
});
