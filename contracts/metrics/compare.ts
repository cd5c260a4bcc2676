import type { Problem, ProblemName } from '../problem.js';
import type { Metric, Scored } from './define-metric.js';
import { METRICS, METRIC_NAMES, type MetricName } from './index.js';

/** The module of a metric. */
export const metricNamed = (name: MetricName): Metric => METRICS[name];

/** The smallest and the largest value that a metric can have. */
export const rangeOf = (name: MetricName): { least: number; most: number } => ({
  least: -Infinity,
  most: Infinity,
  ...metricNamed(name).range,
});

/** The metrics that apply to a problem type. */
export const metricsFor = (problem: ProblemName): MetricName[] =>
  METRIC_NAMES.filter((name) => metricNamed(name).problems.includes(problem));

/** The metrics that can be computed for a problem: they apply to its type, and the spec declares what they need. */
export const computableFor = (problem: Problem): MetricName[] =>
  metricsFor(problem.type).filter((name) => metricNamed(name).lacks?.(problem) === undefined);

/**
 * A value of a metric as a number for which lower is better. For a metric with a target it is the distance to the
 * target.
 */
export function badness(name: MetricName, value: number, problem: Problem): number {
  const { direction } = metricNamed(name);
  if (direction === 'higher') return -value;
  return direction === 'lower' ? value : Math.abs(value - direction.target(problem));
}

/**
 * The value that is subtracted when two models are compared: the metric, or its distance to the target if it has one.
 * A difference is candidate minus champion; `improvementSign` tells which sign is better.
 */
export function compared(name: MetricName, value: number, problem: Problem): number {
  const { direction } = metricNamed(name);
  return typeof direction === 'object' ? Math.abs(value - direction.target(problem)) : value;
}

/** 1 if a higher difference is better, else −1. */
export const improvementSign = (name: MetricName): 1 | -1 =>
  metricNamed(name).direction === 'higher' ? 1 : -1;

/** Direction of a metric in words: `higher is better`, `lower is better` or `best at 0.8`. */
export function directionText(name: MetricName, problem: Problem): string {
  const { direction, format } = metricNamed(name);
  return typeof direction === 'string'
    ? `${direction} is better`
    : `best at ${format(direction.target(problem))}`;
}

/** The metric over all rows; NaN if it is undefined for them. */
export const metricOf = (name: MetricName, rows: Scored): number =>
  metricNamed(name).accumulate(rows, new Uint8Array(rows.label.length), 1).at([1]);

/**
 * The named metrics over all rows. A metric that is undefined for these rows, such as ROC AUC of a single class, is
 * left out.
 */
export function metricsOf(names: readonly MetricName[], rows: Scored): Partial<Record<MetricName, number>> {
  const values = names.map((name) => [name, metricOf(name, rows)] as const);
  return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value)));
}
