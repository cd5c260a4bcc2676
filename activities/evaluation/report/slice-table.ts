import type { Evidence, SliceResult } from '../../../contracts/evaluation.js';
import { metricLabel } from '../../../contracts/figures.js';
import type { MetricName } from '../../../contracts/metrics/index.js';
import { escape } from './html.js';
import { changed, comparisonOf, shown, thousands } from './words.js';

/**
 * Table of the metrics of every slice, coloured where the candidate is better or worse. Slices that are too small to
 * judge are grey.
 */
export function sliceTable(evidence: Evidence, metrics: readonly MetricName[], minSliceRows: number): string {
  const heads = metrics.map((metric) => `<th>${metricLabel(metric)}</th>`);
  const rows = evidence.slices.map((slice) => {
    const small = slice.rows < minSliceRows;
    const cells = metrics.map((metric) => metricCell(slice, metric, small));
    const name = `<td>${escape(slice.by.replaceAll('_', ' '))}: <b>${escape(slice.value)}</b></td>`;
    return `<tr${small ? ' class="small"' : ''}>${name}<td>${thousands(slice.rows)}</td>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr><th>slice</th><th>rows</th>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Cell with the candidate's metric and, below it, the difference to the champion's. */
function metricCell(slice: SliceResult, metric: MetricName, small: boolean): string {
  const own = slice.candidate[metric];
  const other = slice.champion?.[metric];
  if (own === undefined || other === undefined) return `<td>${shown(metric, own)}</td>`;
  const paired = slice.paired.find((candidate) => candidate.metric === metric);
  const found = paired && !small ? comparisonOf(paired) : 'same';
  const change = changed(metric, paired?.difference ?? own - other);
  return `<td class="${found}">${shown(metric, own)}<small>${change}</small></td>`;
}
