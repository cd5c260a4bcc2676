import { percent } from '../../../../contracts/figures.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';

/** Share of the labels at or below the predicted quantile number `of`, 0–1. */
function shareBelow({ label, prediction, width }: Scored, of: number): number {
  let below = 0;
  for (let row = 0; row < label.length; row += 1)
    if ((label[row] ?? NaN) <= (prediction[row * width + 1 + of] ?? NaN)) below += 1;
  return below / label.length;
}

/** Share of the labels between the lowest and the highest predicted quantile, 0–1. */
function shareWithin({ label, prediction, width }: Scored): number {
  let within = 0;
  for (let row = 0; row < label.length; row += 1) {
    const [truth, base] = [label[row] ?? NaN, row * width];
    const [low, high] = [prediction[base + 1] ?? NaN, prediction[base + width - 1] ?? NaN];
    if (low <= truth && truth <= high) within += 1;
  }
  return within / label.length;
}

/** Table of nominal against observed shares: for each quantile, and for the range between the outer ones. */
export function quantileTable(quantiles: readonly number[], own: Scored, other: Scored | null): string {
  const row = (name: string, promised: number, observed: (scored: Scored) => number): string =>
    `<tr><td>${name}</td><td>${percent(promised)}</td><td><b>${percent(observed(own))}</b></td>${other ? `<td>${percent(observed(other))}</td>` : ''}</tr>`;
  const rows = quantiles.map((quantile, of) =>
    row(`below quantile ${quantile}`, quantile, (scored) => shareBelow(scored, of)),
  );
  const [low, high] = [quantiles[0] ?? NaN, quantiles.at(-1) ?? NaN];
  if (quantiles.length > 1) rows.push(row(`between quantiles ${low} and ${high}`, high - low, shareWithin));
  const heads = `<th>labels</th><th>promised</th><th>candidate</th>${other ? '<th>champion</th>' : ''}`;
  return `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
