import type { Evidence, PairedDifference } from '../../../contracts/evaluation.js';
import { difference, metricLabel, value } from '../../../contracts/figures.js';
import type { MetricName } from '../../../contracts/spec/metrics.js';
import { escape } from './html.js';
import { intervalPlot } from './plots/interval.js';
import { EXPLANATION, FINDING_LABEL, better, count, finding, modelNames, unitNoun } from './words.js';

const pairedAt95 = (evidence: Evidence, metric: MetricName): PairedDifference | undefined =>
  evidence.paired.find((paired) => paired.metric === metric && paired.confidence === 0.95);

/** The answer in two sentences, for whoever reads nothing else. */
export function answer(evidence: Evidence, metric: MetricName): string {
  const paired = pairedAt95(evidence, metric);
  const label = metricLabel(metric);
  const own = evidence.metrics.candidate[metric];
  if (!evidence.champion || !paired || own === undefined) {
    const interval = evidence.intervals[metric];
    const spread = interval ? ` (95 % interval ${value(interval.low)} to ${value(interval.high)})` : '';
    return `<div class="answer same"><p>There is <b>no champion yet</b>: this would be the first version that serves. On rows that it has never seen, the candidate reaches ${label} <b>${own === undefined ? 'unknown' : value(own)}</b>${spread}.</p></div>`;
  }
  const found = finding(paired);
  const { champion } = modelNames(evidence);
  const verdict = {
    better: `The candidate is <b>better</b> than the ${champion} in ${label}, beyond what chance explains`,
    worse: `The candidate is <b>worse</b> than the ${champion} in ${label}, beyond what chance explains`,
    same: `The candidate <b>cannot be told apart</b> from the ${champion} in ${label}: the difference may be chance`,
  }[found];
  const won = `better on ${Math.round(paired.unitsWon * evidence.units)} of ${count(evidence.units, unitNoun(evidence))}`;
  return `<div class="answer ${found}"><p>${verdict}.</p><p class="facts">${value(own)} against ${value(evidence.metrics.champion?.[metric] ?? NaN)}: ${difference(paired.difference)}, 95 % interval ${difference(paired.low)} to ${difference(paired.high)} (${better(metric)}); ${won}.</p></div>`;
}

/** Every metric, candidate against champion, with what may be concluded. */
export function metricTable(evidence: Evidence, metrics: readonly MetricName[]): string {
  const rows = metrics.map((metric) =>
    evidence.champion ? comparedRow(evidence, metric) : ownRow(evidence, metric),
  );
  const heads = evidence.champion
    ? ['', 'candidate', 'champion', 'difference', 'worse&nbsp;←&nbsp;0&nbsp;→&nbsp;better', 'conclusion']
    : ['', 'candidate', '95 % interval'];
  return `<table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const named = (metric: MetricName): string =>
  `<td><b>${metricLabel(metric)}</b><small>${escape(EXPLANATION[metric])}</small></td>`;

const shown = (figure: number | undefined): string => (figure === undefined ? '–' : value(figure));

function ownRow({ metrics, intervals }: Evidence, metric: MetricName): string {
  const interval = intervals[metric];
  const spread = interval ? `${value(interval.low)} to ${value(interval.high)}` : '–';
  return `<tr>${named(metric)}<td><b>${shown(metrics.candidate[metric])}</b></td><td>${spread}</td></tr>`;
}

function comparedRow(evidence: Evidence, metric: MetricName): string {
  const paired = pairedAt95(evidence, metric);
  const { candidate, champion } = evidence.metrics;
  const figures = `<td><b>${shown(candidate[metric])}</b></td><td>${shown(champion?.[metric])}</td>`;
  if (!paired) return `<tr>${named(metric)}${figures}<td>–</td><td></td><td></td></tr>`;
  const found = finding(paired);
  const spread = `${difference(paired.difference)}<small>${difference(paired.low)} to ${difference(paired.high)}</small>`;
  return `<tr>${named(metric)}${figures}<td>${spread}</td><td>${intervalPlot(paired)}</td><td><span class="chip ${found}">${FINDING_LABEL[found]}</span></td></tr>`;
}
