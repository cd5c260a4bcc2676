import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scored, metricsOf } from '../../../../activities/evaluation/metrics.js';
import {
  unitMetric,
  unitStatistics,
  weightedMetric,
} from '../../../../activities/evaluation/unit-statistics.js';
import { scoredRows } from './scored-rows.js';

const ALL = ['roc_auc', 'log_loss', 'calibration_error', 'brier'] as const;
const UNITS = 5;

/** The rows themselves, each unit as often as its weight says: what the sums stand for. */
function expanded({ label, score }: Scored, unit: Int32Array, weights: number[]): Scored {
  const rows = [...label.keys()].flatMap((row) => new Array<number>(weights[unit[row]!]!).fill(row));
  return {
    label: Uint8Array.from(rows, (row) => label[row]!),
    score: Float32Array.from(rows, (row) => score[row]!),
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
          const stats = unitStatistics(unit, UNITS, scored);
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
    const scored = { label: Uint8Array.of(0, 1, 0, 1), score: Float32Array.of(0.25, 0.75, 0.75, 0.25) };
    const stats = unitStatistics(Int32Array.of(0, 0, 1, 1), 2, scored);

    expect(unitMetric('roc_auc', stats, 0)).toBe(1);
    expect(unitMetric('roc_auc', stats, 1)).toBe(0);
    expect(weightedMetric('roc_auc', stats, [1, 1])).toBe(0.5);
  });
});
