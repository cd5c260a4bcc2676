import type { Evidence, SliceResult } from '../../../contracts/evaluation.js';
import { difference, metricLabel, value } from '../../../contracts/figures.js';
import type { MetricName } from '../../../contracts/spec/metrics.js';
import { escape } from './html.js';
import { finding, thousands } from './words.js';

/** Where the candidate gains and where it loses; slices too small to judge are greyed. */
export function sliceTable(evidence: Evidence, metrics: readonly MetricName[], minSliceRows: number): string {
  const groups = metrics.map(
    (metric) => `<th colspan="${evidence.champion ? 2 : 1}">${metricLabel(metric)}</th>`,
  );
  const heads = metrics.map(() =>
    evidence.champion ? '<th>candidate</th><th>difference</th>' : '<th>candidate</th>',
  );
  const rows = evidence.slices.map((slice) => {
    const small = slice.rows < minSliceRows;
    const cells = metrics.map((metric) => metricCells(slice, metric, small));
    const name = `<td>${escape(slice.by.replaceAll('_', ' '))}: <b>${escape(slice.value)}</b></td>`;
    return `<tr${small ? ' class="small"' : ''}>${name}<td>${thousands(slice.rows)}</td>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr><th></th><th></th>${groups.join('')}</tr><tr><th>slice</th><th>rows</th>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function metricCells(slice: SliceResult, metric: MetricName, small: boolean): string {
  const own = slice.candidate[metric];
  const cell = `<td>${own === undefined ? '–' : value(own)}</td>`;
  if (slice.champion === null) return cell;
  const other = slice.champion[metric];
  if (own === undefined || other === undefined) return `${cell}<td>–</td>`;
  const paired = slice.paired.find((candidate) => candidate.metric === metric);
  const found = paired && !small ? finding(paired) : 'same';
  return `${cell}<td class="${found}">${difference(own - other)}</td>`;
}
