import type { Scored, UnitState } from '../define-metric.js';

/** Add to one element of a typed array. */
export const add = (sums: Float64Array, at: number, amount: number): void => {
  sums[at] = (sums[at] ?? 0) + amount;
};

/** Σ weight × sum over the units. */
export function weighted(weights: ArrayLike<number>, sums: Float64Array): number {
  let total = 0;
  for (let of = 0; of < sums.length; of += 1) total += (weights[of] ?? 0) * (sums[of] ?? 0);
  return total;
}

/**
 * Sums of several columns for each unit, e.g. of calibration bins. Returns a function that gives the sum of each
 * column for given weights.
 */
export function weightedColumns(
  weights: ArrayLike<number>,
  sums: Float64Array,
  columns: number,
): Float64Array {
  const total = new Float64Array(columns);
  for (let of = 0; of * columns < sums.length; of += 1) {
    const weight = weights[of] ?? 0;
    if (weight === 0) continue;
    for (let column = 0; column < columns; column += 1)
      add(total, column, weight * (sums[of * columns + column] ?? 0));
  }
  return total;
}

/** Number of rows of every unit. */
export function rowsPerUnit(rows: number, unit: ArrayLike<number>, units: number): Float64Array {
  const counts = new Float64Array(units);
  for (let row = 0; row < rows; row += 1) add(counts, unit[row] ?? 0, 1);
  return counts;
}

/** State of the mean of a value that each row has, such as a loss. */
export function meanOfRows(
  { label }: Scored,
  unit: ArrayLike<number>,
  units: number,
  figure: (row: number) => number,
): UnitState {
  const rows = rowsPerUnit(label.length, unit, units);
  const sums = new Float64Array(units);
  for (let row = 0; row < label.length; row += 1) add(sums, unit[row] ?? 0, figure(row));
  return { at: (weights) => weighted(weights, sums) / weighted(weights, rows) };
}
