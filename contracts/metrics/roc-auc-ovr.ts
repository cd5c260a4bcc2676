import { pairsWon } from './arithmetic/pairs-won.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/**
 * Mean over the classes of the area under the ROC curve of that class against all others (Fawcett, *An introduction to ROC
 * analysis*, Pattern Recognition Letters 27, 2006). Each class counts equally. Undefined when a class is absent.
 */
export const rocAucOvr = defineMetric({
  name: 'roc_auc_ovr',
  label: 'one-vs-rest ROC AUC',
  summary:
    'how well it ranks: the chance that a random row of a class gets a higher probability of it than a random other row',
  rule: 'mean over the classes of the ROC AUC of this class against all others',
  direction: 'higher',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['multiclass-classification'],
  accumulate: ({ label, prediction, width }, unit, units) => {
    const classes = Array.from({ length: width }, (_, of) =>
      pairsWon(
        {
          isPositive: (row) => label[row] === of,
          score: Float32Array.from({ length: label.length }, (_, row) => prediction[row * width + of] ?? NaN),
        },
        unit,
        units,
      ),
    );
    return { at: (weights) => classes.reduce((sum, pairs) => sum + pairs.auc(weights), 0) / width };
  },
});
