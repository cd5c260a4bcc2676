import { ascending } from './order.js';
import { add, weighted } from './unit-sums.js';

/** Which rows are positive, and the score that ranks them. */
export interface Ranked {
  isPositive: (row: number) => boolean;
  score: Float32Array;
}

/** Area under the ROC curve for given weights of the units, and the number of positives that it rests on. */
export interface PairsWon {
  auc: (weights: ArrayLike<number>) => number;
  positives: (weights: ArrayLike<number>) => number;
}

/**
 * Count, by unit, the pairs in which a positive scores above a negative; ties count half. This is the Mann–Whitney
 * statistic (Hanley and McNeil, *The meaning and use of the area under a receiver operating characteristic curve*,
 * Radiology 143, 1982). The matrix is [unit of the positive × unit of the negative], so that the area is exact for
 * any weights of the units.
 */
export function pairsWon({ isPositive, score }: Ranked, unit: ArrayLike<number>, units: number): PairsWon {
  const won = new Float64Array(units * units);
  const [positives, negatives] = [new Float64Array(units), new Float64Array(units)];
  const passed = new Float64Array(units);
  const order = ascending(score);
  for (let start = 0; start < order.length;) {
    const value = score[order[start] ?? 0];
    let end = start;
    // Half of the tied negatives are added before their positives are counted, the other half afterwards.
    for (; end < order.length && score[order[end] ?? 0] === value; end += 1) {
      const row = order[end] ?? 0;
      if (!isPositive(row)) add(passed, unit[row] ?? 0, 0.5);
    }
    if (end === start) {
      won.fill(NaN); // A NaN has no rank, so the area is undefined.
      break;
    }
    for (let rank = start; rank < end; rank += 1) {
      const row = order[rank] ?? 0;
      if (!isPositive(row)) continue;
      const base = (unit[row] ?? 0) * units;
      add(positives, unit[row] ?? 0, 1);
      for (let other = 0; other < units; other += 1) add(won, base + other, passed[other] ?? 0);
    }
    for (let rank = start; rank < end; rank += 1) {
      const row = order[rank] ?? 0;
      if (isPositive(row)) continue;
      add(passed, unit[row] ?? 0, 0.5);
      add(negatives, unit[row] ?? 0, 1);
    }
    start = end;
  }
  return {
    positives: (weights) => weighted(weights, positives),
    auc: (weights) => {
      let total = 0;
      for (let of = 0; of < units; of += 1) {
        const weight = weights[of] ?? 0;
        if (weight === 0) continue;
        let row = 0;
        for (let other = 0; other < units; other += 1)
          row += (weights[other] ?? 0) * (won[of * units + other] ?? 0);
        total += weight * row;
      }
      return total / (weighted(weights, positives) * weighted(weights, negatives));
    },
  };
}
