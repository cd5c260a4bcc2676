import { confusion, f1Of } from './arithmetic/confusion.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/** Mean over the classes of F1 (see `f1-macro.ts`), weighted by the rows of each class. */
export const f1Weighted = defineMetric({
  name: 'f1_weighted',
  label: 'weighted F1',
  summary: 'how well it finds each class, common ones counting more (1 is perfect)',
  rule: 'mean over the classes of 2·TP ÷ (2·TP + FP + FN), weighted by the rows of the class',
  direction: 'higher',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['multiclass-classification'],
  accumulate: (rows, unit, units) => {
    const counts = confusion(rows, unit, units);
    return {
      at: (weights) => {
        const classes = counts(weights);
        const total = classes.reduce((sum, { actual }) => sum + actual, 0);
        return classes.reduce((sum, one) => sum + one.actual * f1Of(one), 0) / total;
      },
    };
  },
});
