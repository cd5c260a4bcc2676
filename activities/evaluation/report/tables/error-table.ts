import { percent } from '../../../../contracts/figures.js';
import { type Scored, significant } from '../../../../contracts/metrics/define-metric.js';
import { sortedQuantile } from '../quantile.js';

const SHARES = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

const sizesOf = ({ label, prediction, width }: Scored): Float64Array =>
  Float64Array.from(label, (truth, row) => Math.abs(truth - (prediction[row * width] ?? NaN))).sort();

/** Table of error sizes: for some shares of the rows, the error that this share stays below, for both models. */
export function errorTable(own: Scored, other: Scored | null): string {
  const candidate = sizesOf(own);
  const champion = other && sizesOf(other);
  const rows = SHARES.map((share) => {
    const name = share === 1 ? 'all rows' : `${percent(share)} of the rows`;
    const theirs = champion ? `<td>${significant(sortedQuantile(champion, share))}</td>` : '';
    return `<tr><td>${name}</td><td><b>${significant(sortedQuantile(candidate, share))}</b></td>${theirs}</tr>`;
  });
  const heads = `<th></th><th>candidate</th>${champion ? '<th>champion</th>' : ''}`;
  return `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
