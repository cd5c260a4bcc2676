import { expect, it } from 'vitest';
import { metricOf, metricsFor, rangeOf } from '../../../../contracts/metrics/compare.js';
import type { MetricName } from '../../../../contracts/metrics/index.js';
import type { Problem } from '../../../../contracts/problem.js';

interface Extreme {
  problem: Problem;
  label: number[];
  /** Rows of predictions, each as far from the truth or as near to it as a model can be. */
  prediction: number[];
  width: number;
}

const classes = ['a', 'b', 'c'];
const multiclass: Problem = { type: 'multiclass-classification', classes };
const regression: Problem = { type: 'regression', quantiles: [0.1, 0.9] };
const EXTREMES: Extreme[] = [
  { problem: { type: 'binary-classification' }, label: [0, 1], prediction: [0, 1], width: 1 },
  { problem: { type: 'binary-classification' }, label: [0, 1], prediction: [1, 0], width: 1 },
  { problem: multiclass, label: [0, 1, 2], prediction: [1, 0, 0, 0, 1, 0, 0, 0, 1], width: 3 },
  { problem: multiclass, label: [0, 1, 2], prediction: [0, 1, 0, 0, 0, 1, 1, 0, 0], width: 3 },
  { problem: regression, label: [1, 2], prediction: [1, 0, 3, 2, 0, 3], width: 3 },
  { problem: regression, label: [1, 2], prediction: [-1e6, 0, 0, 1e6, 0, 0], width: 3 },
];

const cases = EXTREMES.flatMap((rows) =>
  metricsFor(rows.problem.type).map((name): [MetricName, Extreme] => [name, rows]),
);

it.each(cases)('%s of the best and the worst predictions lies in its range', (name, rows) => {
  const value = metricOf(name, { ...rows, prediction: Float32Array.from(rows.prediction) });
  const { least, most } = rangeOf(name);
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
});

it.each(['accuracy', 'log_loss', 'roc_auc', 'brier', 'f1_macro', 'interval_coverage'] as const)(
  '%s reaches both ends of its range, or nearly',
  (name) => {
    const values = cases
      .filter(([known]) => known === name)
      .map(([, rows]) => metricOf(name, { ...rows, prediction: Float32Array.from(rows.prediction) }));
    const { least, most } = rangeOf(name);
    expect(Math.min(...values)).toBeCloseTo(least, 9);
    expect(Math.max(...values)).toBeCloseTo(most, 9);
  },
);
