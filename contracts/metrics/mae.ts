import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, significant } from './define-metric.js';

/** Mean absolute error, in the label's unit. */
export const mae = defineMetric({
  name: 'mae',
  label: 'mean absolute error',
  summary: 'how far its predictions lie from the truth on average, in the label’s unit (lower is better)',
  rule: 'mean of |prediction − label|',
  direction: 'lower',
  format: significant,
  range: { least: 0 },
  problems: ['regression'],
  accumulate: (rows, unit, units) =>
    meanOfRows(rows, unit, units, (row) =>
      Math.abs((rows.prediction[row * rows.width] ?? NaN) - (rows.label[row] ?? NaN)),
    ),
});
