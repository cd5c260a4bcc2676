import { confusion, f1Of } from './arithmetic/confusion.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/**
 * Mean over the classes of F1, the harmonic mean of precision and recall (van Rijsbergen, *Information retrieval*,
 * 1979). Each class counts equally. As in scikit-learn, a class that neither occurs nor is predicted is left out, and
 * a class that is never predicted correctly counts 0.
 */
export const f1Macro = defineMetric({
  name: 'f1_macro',
  label: 'macro F1',
  summary: 'how well it finds each class, rare ones counting as much as common ones (1 is perfect)',
  rule: 'mean over the classes of 2·TP ÷ (2·TP + FP + FN)',
  direction: 'higher',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['multiclass-classification'],
  accumulate: (rows, unit, units) => {
    const counts = confusion(rows, unit, units);
    return {
      at: (weights) => {
        const seen = counts(weights).filter(({ predicted, actual }) => predicted + actual > 0);
        return seen.reduce((sum, one) => sum + f1Of(one), 0) / seen.length;
      },
    };
  },
});
