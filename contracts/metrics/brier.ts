import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/** Mean squared error of the probabilities (Brier, *Verification of forecasts expressed in terms of probability*, 1950). */
export const brier = defineMetric({
  name: 'brier',
  label: 'Brier score',
  summary: 'mean squared error of its probabilities (lower is better)',
  rule: 'mean of (probability − label)²',
  direction: 'lower',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['binary-classification'],
  accumulate: (rows, unit, units) =>
    meanOfRows(rows, unit, units, (row) => ((rows.prediction[row] ?? NaN) - (rows.label[row] ?? NaN)) ** 2),
});
