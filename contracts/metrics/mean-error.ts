import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, significant } from './define-metric.js';

/** Mean of prediction − label, the bias: positive when the model predicts too much. Best at 0. */
export const meanError = defineMetric({
  name: 'mean_error',
  label: 'mean error',
  summary: 'whether it predicts too much (positive) or too little (negative) on average; 0 is best',
  rule: 'mean of prediction − label',
  direction: { target: () => 0 },
  format: significant,
  problems: ['regression'],
  accumulate: (rows, unit, units) =>
    meanOfRows(
      rows,
      unit,
      units,
      (row) => (rows.prediction[row * rows.width] ?? NaN) - (rows.label[row] ?? NaN),
    ),
});
