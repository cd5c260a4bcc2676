import type { Evidence, PairedDifference } from '../../../contracts/evaluation.js';
import { directionText, improvementSign, metricNamed } from '../../../contracts/metrics/compare.js';
import type { MetricName } from '../../../contracts/metrics/index.js';
import type { Problem } from '../../../contracts/problems/index.js';

/** A value in the format of its metric, or a dash if there is none. */
export const shown = (metric: MetricName, figure: number | undefined): string =>
  figure === undefined ? '–' : metricNamed(metric).format(figure).replace('-', '−');

/** A difference in the format of its metric, with its sign. */
export const changed = (metric: MetricName, change: number): string =>
  (change < 0 ? '−' : '+') + metricNamed(metric).format(Math.abs(change));

export const better = (metric: MetricName, problem: Problem): string => directionText(metric, problem);

export type Comparison = 'better' | 'worse' | 'same';

/** The conclusion that the interval of a paired difference allows. */
export function comparisonOf({ metric, low, high }: PairedDifference): Comparison {
  const sign = improvementSign(metric);
  const [least, most] = [Math.min(sign * low, sign * high), Math.max(sign * low, sign * high)];
  return least > 0 ? 'better' : most < 0 ? 'worse' : 'same';
}

export const COMPARISON_LABEL: Record<Comparison, string> = {
  better: 'better',
  worse: 'worse',
  same: 'no clear difference',
};

/** Number with its noun: `count(7, 'day')` is `7 days`. */
export const count = (n: number, noun: string): string => `${thousands(n)} ${noun}${n === 1 ? '' : 's'}`;

export const thousands = (n: number): string => n.toLocaleString('en-US');

/** An instant of event time without trailing zeros. */
export const instant = (text: string): string =>
  text
    .replace('T00:00:00.000Z', '')
    .replace(/:00\.000Z$/, 'Z')
    .replace('T', ' ');

export const unitNoun = (evidence: Evidence): string => (evidence.unit ?? 'unit').replaceAll('_', ' ');

/** Names of the two models in the report. */
export function modelNames({ candidate, champion }: Evidence): { candidate: string; champion: string } {
  return {
    candidate: candidate.version === null ? 'candidate' : `candidate (version ${candidate.version})`,
    champion: champion?.version ? `champion (version ${champion.version})` : 'champion',
  };
}
