import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  unitMetric,
  unitStatistics,
  weightedMetric,
} from '../../../../activities/evaluation/unit-statistics.js';
import { metricsOf } from '../../../../contracts/metrics/compare.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { BINARY } from '../../../../contracts/problems/index.js';
import { scoredRows } from '../../contracts/metrics/scored-rows.js';

const ALL = ['roc_auc', 'log_loss', 'calibration_error', 'brier'] as const;
const UNITS = 5;

/**
 * The rows with each unit repeated as often as its weight says. Weighted sums must give the same result as these
 * rows.
 */
function expanded(scored: Scored, unit: Int32Array, weights: number[]): Scored {
  const rows = Array.from(scored.label, (_, row) => row).flatMap((row) =>
    new Array<number>(weights[unit[row]!]!).fill(row),
  );
  return {
    ...scored,
    label: rows.map((row) => scored.label[row]!),
    prediction: Float32Array.from(rows, (row) => scored.prediction[row]!),
  };
}

const weighted = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: UNITS, maxLength: UNITS });

describe('unit statistics', () => {
  it('give every metric exactly as repeating the rows of each unit would', () => {
    fc.assert(
      fc.property(
        scoredRows(),
        fc.infiniteStream(fc.integer({ min: 0, max: UNITS - 1 })),
        weighted,
        (scored, units, weights) => {
          const unit = Int32Array.from(scored.label, () => units.next().value as number);
          const stats = unitStatistics(ALL, scored, unit, UNITS);
          const expected = metricsOf(ALL, expanded(scored, unit, weights));
          for (const name of ALL) {
            const found = weightedMetric(name, stats, weights);
            if (expected[name] === undefined) expect(found).toBeNaN();
            else expect(found).toBeCloseTo(expected[name], 9);
          }
        },
      ),
    );
  });

  it('give the metric of one unit alone', () => {
    const prediction = Float32Array.of(0.25, 0.75, 0.75, 0.25);
    const scored: Scored = { problem: BINARY, label: [0, 1, 0, 1], prediction, width: 1 };
    const stats = unitStatistics(['roc_auc'], scored, [0, 0, 1, 1], 2);

    expect(unitMetric('roc_auc', stats, 0)).toBe(1);
    expect(unitMetric('roc_auc', stats, 1)).toBe(0);
    expect(weightedMetric('roc_auc', stats, [1, 1])).toBe(0.5);
  });
});
