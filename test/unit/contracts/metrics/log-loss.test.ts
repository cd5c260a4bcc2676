import { expect, it } from 'vitest';
import { metricOf } from '../../../../contracts/metrics/compare.js';
import { logLossOf } from '../../../../contracts/metrics/log-loss.js';
import type { Problem } from '../../../../contracts/problems/index.js';

it('log loss takes a row of zeros for a certain mistake, so that it stays a number', () => {
  const rows = {
    problem: { type: 'multiclass-classification', classes: ['a', 'b', 'c'] } satisfies Problem,
    label: [0, 1],
    prediction: Float32Array.of(0, 0, 0, 0.25, 0.5, 0.25),
    width: 3,
  };
  expect(metricOf('log_loss', rows)).toBeCloseTo((logLossOf(0) + logLossOf(0.5)) / 2, 12);
});
