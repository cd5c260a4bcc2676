import { quantilesOf } from './arithmetic/quantiles.js';
import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, significant } from './define-metric.js';

/**
 * Mean over the declared quantiles of the pinball loss q·(y − ŷ) for y ≥ ŷ, else (1 − q)·(ŷ − y) (Koenker and Bassett,
 * *Regression quantiles*, Econometrica 46, 1978). In the label's unit.
 */
export const pinballLoss = defineMetric({
  name: 'pinball_loss',
  label: 'pinball loss',
  summary: 'how good its quantiles are, in the label’s unit (lower is better)',
  rule: 'mean over quantiles q and rows of max(q·(label − quantile), (q − 1)·(label − quantile))',
  direction: 'lower',
  format: significant,
  range: { least: 0 },
  problems: ['regression'],
  lacks: (problem) =>
    quantilesOf(problem).length > 0
      ? undefined
      : 'quantiles: declare training.quantiles, e.g. [0.1, 0.5, 0.9]',
  accumulate: (rows, unit, units) => {
    const quantiles = quantilesOf(rows.problem);
    return meanOfRows(rows, unit, units, (row) => {
      const losses = quantiles.map((q, of) => {
        const under = (rows.label[row] ?? NaN) - (rows.prediction[row * rows.width + 1 + of] ?? NaN);
        return under >= 0 ? q * under : (q - 1) * under;
      });
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    });
  },
});
