import { pairsWon } from './arithmetic/pairs-won.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/**
 * Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting half
 * (Hanley and McNeil, Radiology 143, 1982). Exact; undefined when one class is absent.
 */
export const rocAuc = defineMetric({
  name: 'roc_auc',
  label: 'ROC AUC',
  summary:
    'how well it ranks: the chance that a random positive scores above a random negative (0.5 is guessing, 1 perfect)',
  rule: 'pairs of a positive and a negative in which the positive scores higher, ties counting half ÷ all such pairs',
  direction: 'higher',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['binary-classification'],
  accumulate: ({ label, prediction }, unit, units) => {
    const pairs = pairsWon({ isPositive: (row) => label[row] === 1, score: prediction }, unit, units);
    return { at: (weights) => pairs.auc(weights) };
  },
});
