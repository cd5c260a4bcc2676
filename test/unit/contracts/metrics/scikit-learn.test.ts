import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS, METRIC_NAMES, type MetricName } from '../../../../contracts/metrics/index.js';
import type { Problem } from '../../../../contracts/problems/index.js';

/** One set of rows with the figures that scikit-learn gives for it. Written by `scikit-learn/make-figures.py`. */
interface Case {
  name: string;
  problem: Problem;
  label: number[];
  /** Row-major. */
  prediction: number[];
  /** How often each row occurs. */
  weight: number[];
  expected: Partial<Record<MetricName, number>>;
}

const here = (name: string): URL => new URL(name, import.meta.url);
const cases = JSON.parse(readFileSync(here('./scikit-learn/figures.json'), 'utf8')) as Case[];

/** The metric of the case, every row a unit of its own. */
function figureOf(metric: MetricName, { problem, label, prediction, weight }: Case): number {
  const rows = {
    problem,
    label,
    prediction: Float32Array.from(prediction),
    width: prediction.length / label.length,
  };
  return METRICS[metric].accumulate(rows, [...label.keys()], label.length).at(weight);
}

const compared = cases.flatMap((one) =>
  Object.entries(one.expected).map(([metric, expected]) => ({
    one,
    metric: metric as MetricName,
    expected,
    title: `${metric} of ${one.name}`,
  })),
);

describe('a metric equals that of scikit-learn to 1e-9', () => {
  it.each(compared)('$title', ({ one, metric, expected }) => {
    const apart = Math.abs(figureOf(metric, one) - expected);
    expect(apart).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  });

  it('and every metric is compared here or in a test of its own', () => {
    const files = readdirSync(here('.'));
    const compare = new Set(compared.map(({ metric }) => metric));
    const own = (name: string): boolean => files.includes(`${name.replaceAll('_', '-')}.test.ts`);
    expect(METRIC_NAMES.filter((name) => !compare.has(name) && !own(name))).toEqual([]);
    expect(compared.length).toBeGreaterThan(100);
  });
});
