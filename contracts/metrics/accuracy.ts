import { topClass } from './arithmetic/top-class.js';
import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/** Share of rows whose class of highest probability is the true class. On a tie the first class counts. */
export const accuracy = defineMetric({
  name: 'accuracy',
  label: 'accuracy',
  summary: 'share of rows for which the most probable class is the true one (1 is perfect)',
  rule: 'rows whose most probable class is the true one ÷ rows',
  direction: 'higher',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['multiclass-classification'],
  accumulate: (rows, unit, units) =>
    meanOfRows(rows, unit, units, (row) =>
      topClass(rows.prediction, row, rows.width) === rows.label[row] ? 1 : 0,
    ),
});
