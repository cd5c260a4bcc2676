import type { Evidence, PairedDifference } from '../../../contracts/evaluation.js';
import { metricLabel } from '../../../contracts/figures.js';
import { directionText, metricNamed } from '../../../contracts/metrics/compare.js';
import type { MetricName } from '../../../contracts/metrics/index.js';
import type { Problem } from '../../../contracts/problems/index.js';
import { escape } from './html.js';
import { intervalPlot } from './plots/interval.js';
import {
  COMPARISON_LABEL,
  better,
  changed,
  count,
  comparisonOf,
  modelNames,
  shown,
  unitNoun,
} from './words.js';

const pairedAt95 = (evidence: Evidence, metric: MetricName): PairedDifference | undefined =>
  evidence.paired.find((paired) => paired.metric === metric && paired.confidence === 0.95);

/** The conclusion in two sentences, for readers who read no further. */
export function answer(evidence: Evidence, metric: MetricName, problem: Problem): string {
  const paired = pairedAt95(evidence, metric);
  const label = metricLabel(metric);
  const own = evidence.metrics.candidate[metric];
  if (!evidence.champion || !paired || own === undefined) {
    const interval = evidence.intervals[metric];
    const spread = interval
      ? ` (95 % interval ${shown(metric, interval.low)} to ${shown(metric, interval.high)})`
      : '';
    return `<div class="answer same"><p>There is <b>no champion yet</b>: this would be the first version that serves. On rows that it has never seen, the candidate reaches ${label} <b>${own === undefined ? 'unknown' : shown(metric, own)}</b>${spread}.</p></div>`;
  }
  const found = comparisonOf(paired);
  const { champion } = modelNames(evidence);
  const verdict = {
    better: `The candidate is <b>better</b> than the ${champion} in ${label}, beyond what chance explains`,
    worse: `The candidate is <b>worse</b> than the ${champion} in ${label}, beyond what chance explains`,
    same: `The candidate <b>cannot be told apart</b> from the ${champion} in ${label}: the difference may be chance`,
  }[found];
  const won = `better on ${Math.round(paired.unitsWon * evidence.units)} of ${count(evidence.units, unitNoun(evidence))}`;
  return `<div class="answer ${found}"><p>${verdict}.</p><p class="facts">${shown(metric, own)} against ${shown(metric, evidence.metrics.champion?.[metric])}: ${changed(metric, paired.difference)}, 95 % interval ${changed(metric, paired.low)} to ${changed(metric, paired.high)} (${better(metric, problem)}); ${won}.</p></div>`;
}

/**
 * Table of all metrics of candidate and champion. Each row ends with the conclusion from the interval of the
 * difference.
 */
export function metricTable(evidence: Evidence, metrics: readonly MetricName[], problem: Problem): string {
  const rows = metrics.map((metric) =>
    evidence.champion ? comparedRow(evidence, metric, problem) : ownRow(evidence, metric),
  );
  const heads = evidence.champion
    ? ['', 'candidate', 'champion', 'difference', 'worse&nbsp;←&nbsp;0&nbsp;→&nbsp;better', 'conclusion']
    : ['', 'candidate', '95 % interval'];
  return `<table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const named = (metric: MetricName): string =>
  `<td><b>${metricLabel(metric)}</b><small>${escape(metricNamed(metric).summary)}</small></td>`;

function ownRow({ metrics, intervals }: Evidence, metric: MetricName): string {
  const interval = intervals[metric];
  const spread = interval ? `${shown(metric, interval.low)} to ${shown(metric, interval.high)}` : '–';
  return `<tr>${named(metric)}<td><b>${shown(metric, metrics.candidate[metric])}</b></td><td>${spread}</td></tr>`;
}

function comparedRow(evidence: Evidence, metric: MetricName, problem: Problem): string {
  const paired = pairedAt95(evidence, metric);
  const { candidate, champion } = evidence.metrics;
  const figures = `<td><b>${shown(metric, candidate[metric])}</b></td><td>${shown(metric, champion?.[metric])}</td>`;
  if (!paired) return `<tr>${named(metric)}${figures}<td>–</td><td></td><td></td></tr>`;
  // For a metric with a target the difference is that of the distances to the target.
  const found = comparisonOf(paired);
  const target =
    typeof metricNamed(metric).direction === 'object'
      ? `<small>in distance; ${directionText(metric, problem)}</small>`
      : '';
  const spread = `${changed(metric, paired.difference)}<small>${changed(metric, paired.low)} to ${changed(metric, paired.high)}</small>${target}`;
  return `<tr>${named(metric)}${figures}<td>${spread}</td><td>${intervalPlot(paired)}</td><td><span class="chip ${found}">${COMPARISON_LABEL[found]}</span></td></tr>`;
}
