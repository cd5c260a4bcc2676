import { quantilesOf } from './arithmetic/quantiles.js';
import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric } from './define-metric.js';

/**
 * Share of rows whose label lies between the lowest and the highest predicted quantile, both included. Best at the nominal
 * coverage: quantiles 0.1 and 0.9 should hold 80 % of the labels (Christoffersen, *Evaluating interval forecasts*,
 * International Economic Review 39, 1998).
 */
export const intervalCoverage = defineMetric({
  name: 'interval_coverage',
  label: 'interval coverage',
  summary:
    'share of labels between its lowest and its highest quantile; best at the share that these promise',
  rule: 'rows with lowest quantile ≤ label ≤ highest quantile ÷ rows',
  direction: {
    target: (problem) => {
      const quantiles = quantilesOf(problem);
      return (quantiles.at(-1) ?? NaN) - (quantiles[0] ?? NaN);
    },
  },
  format: (value) => `${(100 * value).toFixed(1)} %`,
  range: { least: 0, most: 1 },
  problems: ['regression'],
  lacks: (problem) =>
    quantilesOf(problem).length > 1
      ? undefined
      : 'two quantiles: declare training.quantiles, e.g. [0.1, 0.5, 0.9]',
  accumulate: (rows, unit, units) =>
    meanOfRows(rows, unit, units, (row) => {
      const label = rows.label[row] ?? NaN;
      const low = rows.prediction[row * rows.width + 1] ?? NaN;
      const high = rows.prediction[row * rows.width + rows.width - 1] ?? NaN;
      return low <= label && label <= high ? 1 : 0;
    }),
});
