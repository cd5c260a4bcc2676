import { percent } from '../../../../contracts/figures.js';
import { type ClassCounts, confusion, f1Of } from '../../../../contracts/metrics/arithmetic/confusion.js';
import { type Scored, fourDecimals } from '../../../../contracts/metrics/define-metric.js';
import { escape } from '../html.js';
import { thousands } from '../words.js';

const countsOf = (scored: Scored): ClassCounts[] =>
  confusion(scored, new Uint8Array(scored.label.length), 1)([1]);

const share = (part: number, whole: number): string => (whole === 0 ? '–' : percent(part / whole));

const figures = (of: ClassCounts): string =>
  `<td>${share(of.hits, of.predicted)}</td><td>${share(of.hits, of.actual)}</td><td><b>${fourDecimals(f1Of(of))}</b></td>`;

/** Precision, recall and F1 of every class, for both models. */
export function classTable(classes: readonly string[], own: Scored, other: Scored | null): string {
  const candidate = countsOf(own);
  const champion = other && countsOf(other);
  const names = '<th>precision</th><th>recall</th><th>F1</th>';
  const heads = champion
    ? `<tr><th></th><th></th><th colspan="3">candidate</th><th colspan="3">champion</th></tr><tr><th>class</th><th>rows</th>${names}${names}</tr>`
    : `<tr><th>class</th><th>rows</th>${names}</tr>`;
  const rows = classes.map((name, of) => {
    const ours = candidate[of];
    const theirs = champion?.[of];
    return `<tr><td><b>${escape(name)}</b></td><td>${thousands(ours?.actual ?? 0)}</td>${ours ? figures(ours) : ''}${theirs ? figures(theirs) : ''}</tr>`;
  });
  return `<table><thead>${heads}</thead><tbody>${rows.join('')}</tbody></table>`;
}
