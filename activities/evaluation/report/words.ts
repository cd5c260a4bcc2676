import type { Evidence, PairedDifference } from '../../../contracts/evaluation.js';
import { type MetricName, metricDirection } from '../../../contracts/spec/metrics.js';

/** What a metric says, to someone who approves models but does not build them. */
export const EXPLANATION: Record<MetricName, string> = {
  roc_auc:
    'how well it ranks: the chance that a random positive scores above a random negative (0.5 is guessing, 1 perfect)',
  log_loss: 'how good its probabilities are, certain mistakes costing most (lower is better)',
  calibration_error: 'how far its probabilities lie from the observed shares (0.01 is one percentage point)',
  brier: 'mean squared error of its probabilities (lower is better)',
};

export const better = (metric: MetricName): string => `${metricDirection[metric]} is better`;

export type Finding = 'better' | 'worse' | 'same';

/** What the interval of a paired difference allows to say. */
export function finding({ metric, low, high }: PairedDifference): Finding {
  const sign = metricDirection[metric] === 'higher' ? 1 : -1;
  const [least, most] = [Math.min(sign * low, sign * high), Math.max(sign * low, sign * high)];
  return least > 0 ? 'better' : most < 0 ? 'worse' : 'same';
}

export const FINDING_LABEL: Record<Finding, string> = {
  better: 'better',
  worse: 'worse',
  same: 'no clear difference',
};

/** `day` → `7 days`. */
export const count = (n: number, noun: string): string => `${thousands(n)} ${noun}${n === 1 ? '' : 's'}`;

export const thousands = (n: number): string => n.toLocaleString('en-US');

/** Event time without the zeros that say nothing. */
export const instant = (text: string): string =>
  text
    .replace('T00:00:00.000Z', '')
    .replace(/:00\.000Z$/, 'Z')
    .replace('T', ' ');

export const unitNoun = (evidence: Evidence): string => (evidence.unit ?? 'unit').replaceAll('_', ' ');

/** How the report calls the two models. */
export function modelNames({ candidate, champion }: Evidence): { candidate: string; champion: string } {
  return {
    candidate: candidate.version === null ? 'candidate' : `candidate (version ${candidate.version})`,
    champion: champion?.version ? `champion (version ${champion.version})` : 'champion',
  };
}
