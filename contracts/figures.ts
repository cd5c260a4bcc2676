import { metricNamed } from './metrics/compare.js';
import type { MetricName } from './metrics/index.js';

/** A metric's name in a sentence. */
export const metricLabel = (metric: MetricName): string => metricNamed(metric).label;

/** Four decimals: a promotion is decided in the third. */
export const value = (figure: number): string => figure.toFixed(4);

/** A change with its sign. */
export const difference = (change: number): string => (change < 0 ? '−' : '+') + value(Math.abs(change));

/** A metric's value as it is shown everywhere. */
export const metricValue = (metric: MetricName, figure: number): string => metricNamed(metric).format(figure);

/** A change of a metric with its sign. */
export const metricDifference = (metric: MetricName, change: number): string =>
  (change < 0 ? '−' : '+') + metricValue(metric, Math.abs(change));

/** 0–1 as a percentage, without needless decimals. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
