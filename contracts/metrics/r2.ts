import { add, rowsPerUnit, weighted } from './arithmetic/unit-sums.js';
import { type Scored, type UnitState, defineMetric, fourDecimals } from './define-metric.js';

/**
 * Mean and sum of squared deviations of the labels for each unit. The mean is computed from distances to the first
 * label of the unit, so that equal labels give exactly 0.
 */
function spread({ label }: Scored, unit: ArrayLike<number>, units: number) {
  const rows = rowsPerUnit(label.length, unit, units);
  const first = new Float64Array(units).fill(NaN);
  const sums = new Float64Array(units);
  for (let row = 0; row < label.length; row += 1) {
    const of = unit[row] ?? 0;
    if (Number.isNaN(first[of])) first[of] = label[row] ?? NaN;
    add(sums, of, (label[row] ?? NaN) - (first[of] ?? NaN));
  }
  const mean = sums.map((sum, of) => (rows[of] ? (first[of] ?? 0) + sum / rows[of] : 0));
  const squares = new Float64Array(units);
  for (let row = 0; row < label.length; row += 1) {
    const of = unit[row] ?? 0;
    add(squares, of, ((label[row] ?? NaN) - (mean[of] ?? NaN)) ** 2);
  }
  return { rows, mean, squares };
}

/** State of R²: the variance of the labels is the variance within units plus the variance of the units' means. */
function r2State(scored: Scored, unit: ArrayLike<number>, units: number): UnitState {
  const { rows, mean, squares } = spread(scored, unit, units);
  const residual = new Float64Array(units);
  for (let row = 0; row < scored.label.length; row += 1)
    add(
      residual,
      unit[row] ?? 0,
      ((scored.prediction[row * scored.width] ?? NaN) - (scored.label[row] ?? NaN)) ** 2,
    );
  return {
    at: (weights) => {
      const origin = mean[mean.findIndex((_, of) => (weights[of] ?? 0) * (rows[of] ?? 0) > 0)] ?? 0;
      const total = weighted(weights, rows);
      const offset =
        weighted(
          weights,
          rows.map((n, of) => n * ((mean[of] ?? 0) - origin)),
        ) / total;
      const between = weighted(
        weights,
        rows.map((n, of) => n * ((mean[of] ?? 0) - origin - offset) ** 2),
      );
      const all = weighted(weights, squares) + between;
      return all === 0 ? NaN : 1 - weighted(weights, residual) / all;
    },
  };
}

/**
 * Share of the labels' variance that the prediction explains: 1 − residual sum of squares / total sum of squares. Undefined
 * for equal labels, where scikit-learn reports 0 or 1.
 */
export const r2 = defineMetric({
  name: 'r2',
  label: 'R²',
  summary: 'share of the label’s variation that it explains (1 is perfect, 0 is the mean of all labels)',
  rule: '1 − Σ(prediction − label)² ÷ Σ(label − mean label)²',
  direction: 'higher',
  format: fourDecimals,
  range: { most: 1 },
  problems: ['regression'],
  accumulate: r2State,
});
