import { meanOfRows } from './arithmetic/unit-sums.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/**
 * Negative natural logarithm of the probability that the model gave to the true class (Good, *Rational decisions*,
 * JRSS B 14, 1952). The probability is kept off 0 and 1 by 2^−52, as scikit-learn does for doubles. A wrong
 * prediction with probability 1 then costs 36 instead of infinity.
 */
export const logLossOf = (probability: number): number =>
  -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));

/**
 * Mean negative log-likelihood of the labels. With several classes the probabilities of a row are divided by their sum
 * first, because float32 does not add up to 1 exactly. A row of zeros gives its true class the probability 0.
 */
export const logLoss = defineMetric({
  name: 'log_loss',
  label: 'log loss',
  summary: 'how good its probabilities are, certain mistakes costing most (lower is better)',
  rule: 'mean of −ln(probability of the true class), probabilities kept off 0 and 1 by 2⁻⁵²',
  direction: 'lower',
  format: fourDecimals,
  range: { least: 0, most: -Math.log(Number.EPSILON) },
  problems: ['binary-classification', 'multiclass-classification'],
  accumulate: (rows, unit, units) => {
    const { label, prediction, width } = rows;
    const ofOne = (row: number): number => {
      const p = prediction[row] ?? NaN;
      const clipped = Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON);
      return -Math.log(label[row] === 1 ? clipped : 1 - clipped);
    };
    const ofMany = (row: number): number => {
      let total = 0;
      for (let of = 0; of < width; of += 1) total += prediction[row * width + of] ?? NaN;
      const given = prediction[row * width + (label[row] ?? NaN)] ?? NaN;
      return logLossOf(total === 0 ? 0 : given / total);
    };
    return meanOfRows(rows, unit, units, width === 1 ? ofOne : ofMany);
  },
});
