import type { Scored } from '../define-metric.js';
import { topClass } from './top-class.js';
import { add, weightedColumns } from './unit-sums.js';

/** Counts of one class: rows predicted correctly as the class, rows predicted as the class, rows of the class. */
export interface ClassCounts {
  hits: number;
  predicted: number;
  actual: number;
}

/** Counts of every class, for given weights of the units. */
export function confusion(
  { label, prediction, width }: Scored,
  unit: ArrayLike<number>,
  units: number,
): (weights: ArrayLike<number>) => ClassCounts[] {
  const zeros = (): Float64Array => new Float64Array(units * width);
  const [hits, predicted, actual] = [zeros(), zeros(), zeros()];
  for (let row = 0; row < label.length; row += 1) {
    const [truth, guess] = [label[row] ?? NaN, topClass(prediction, row, width)];
    const base = (unit[row] ?? 0) * width;
    add(predicted, base + guess, 1);
    add(actual, base + truth, 1);
    if (truth === guess) add(hits, base + guess, 1);
  }
  return (weights) => {
    const [hit, guessed, were] = [hits, predicted, actual].map((sums) =>
      weightedColumns(weights, sums, width),
    );
    return Array.from({ length: width }, (_, of) => ({
      hits: hit?.[of] ?? 0,
      predicted: guessed?.[of] ?? 0,
      actual: were?.[of] ?? 0,
    }));
  };
}

/** Harmonic mean of precision and recall; 0 if the class was never predicted correctly. */
export const f1Of = ({ hits, predicted, actual }: ClassCounts): number =>
  predicted + actual === 0 ? 0 : (2 * hits) / (predicted + actual);
