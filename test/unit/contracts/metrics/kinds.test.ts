import { expect, it } from 'vitest';
import { defineMetric, fourDecimals } from '../../../../contracts/metrics/define-metric.js';
import { METRICS } from '../../../../contracts/metrics/index.js';

it.each(Object.values(METRICS))('$name has a label, says what it means, and has a formula', (metric) => {
  expect(metric.label.length).toBeGreaterThan(1);
  expect(metric.summary.length).toBeGreaterThan(20);
  expect(metric.rule.length).toBeGreaterThan(10);
  expect(metric.format(0.25)).toMatch(/2/);
  expect(metric.problems.length).toBeGreaterThan(0);
});

it('a metric without implementation does not compile', () => {
  const near = { name: 'near', label: 'near', summary: 'near', rule: 'near', format: fourDecimals } as const;
  const problems = ['regression'] as const;
  const accumulate = () => ({ at: () => 0 });
  expect(defineMetric({ ...near, direction: 'lower', problems, accumulate }).name).toBe('near');
  // @ts-expect-error a metric that computes nothing
  defineMetric({ ...near, direction: 'lower', problems });
  // @ts-expect-error a metric of which nobody knows which way it gets better
  defineMetric({ ...near, problems, accumulate });
  // @ts-expect-error a metric for a problem type that does not exist
  defineMetric({ ...near, direction: 'lower', problems: ['ranking'], accumulate });
  // @ts-expect-error a metric without a value for each resample
  defineMetric({ ...near, direction: 'lower', problems, accumulate: () => ({}) });
  // @ts-expect-error a metric that is not in the generated index
  expect(METRICS.near).toBeUndefined();
});
