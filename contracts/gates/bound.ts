import { metricLabel, metricValue } from '../figures.js';
import type { MetricName } from '../metrics/index.js';
import { type Exhibit, type Judgement, missing } from './define-gate.js';

/** Judges the candidate's own metric against a bound. A metric that is missing or NaN does not pass. */
export function bounded(
  metric: MetricName,
  { evidence }: Exhibit,
  holds: (found: number) => boolean,
  need: string,
): Judgement {
  const found = evidence.metrics.candidate[metric];
  if (found === undefined || Number.isNaN(found)) return missing(metricLabel(metric));
  const interval = evidence.intervals[metric];
  const spread = interval
    ? ` [${metricValue(metric, interval.low)}, ${metricValue(metric, interval.high)}]`
    : '';
  return {
    met: holds(found),
    reason: `${metricLabel(metric)} ${metricValue(metric, found)}${spread}; needs ${need}`,
  };
}
