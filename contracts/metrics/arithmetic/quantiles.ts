import type { Problem } from '../../problem.js';

/** Probabilities of the quantiles that a model predicts, ascending. Empty for most problems. */
export const quantilesOf = (problem: Problem): readonly number[] =>
  problem.type === 'regression' ? (problem.quantiles ?? []) : [];
