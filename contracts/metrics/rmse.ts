import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, significant } from './define-metric.js';

/** Square root of the mean squared error, in the label's unit. Large errors count more than in the mean absolute error. */
export const rmse = defineMetric({
  name: 'rmse',
  label: 'RMSE',
  summary: 'typical size of its errors in the label’s unit, large ones counting more (lower is better)',
  rule: '√ mean of (prediction − label)²',
  direction: 'lower',
  format: significant,
  range: { least: 0 },
  problems: ['regression'],
  accumulate: (rows, unit, units) => {
    const squares = meanOfRows(
      rows,
      unit,
      units,
      (row) => ((rows.prediction[row * rows.width] ?? NaN) - (rows.label[row] ?? NaN)) ** 2,
    );
    return { at: (weights) => Math.sqrt(squares.at(weights)) };
  },
});
