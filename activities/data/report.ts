import { count, percent } from '../../contracts/checks/words.js';
import type { CheckResult } from '../../contracts/data.js';
import type { FeatureProfile } from './feature-profile.js';
import type { TextProfile } from './text-profile.js';

/** Contents of a data report. It contains no clock time and no run, so equal data give an equal report. */
export interface Report {
  title: string;
  /** One sentence that describes the checked data. */
  subject: string;
  checks: CheckResult[];
  sections: {
    name: string;
    rows: number;
    columns: Record<string, FeatureProfile>;
    /** Column heading of the features' strengths. Default: the report has no features. */
    measure?: string;
  }[];
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #1d2330; margin: 2rem auto; max-width: 66rem; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2rem }
  p.banner { padding: .6rem .9rem; border-radius: .4rem; font-weight: 600 }
  .passed { background: #e3f4e8; color: #14532d } .refused { background: #fde8e8; color: #7f1d1d }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #e4e7ee; vertical-align: top }
  th { font-weight: 600; color: #5b6477 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
  code { font: 13px ui-monospace, monospace } .muted { color: #5b6477 }
  .pass { color: #15803d } .warn { color: #a16207 } .quarantine { color: #6d28d9 } .fail { color: #b91c1c; font-weight: 600 }`;

const ORDER: CheckResult['verdict'][] = ['fail', 'quarantine', 'warn', 'pass'];

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Longest text of a value in the report, in characters. */
const MAX_VALUE_CHARS = 60;
const shown = (value: string | null): string =>
  value === null
    ? '–'
    : escape(value.length > MAX_VALUE_CHARS ? `${value.slice(0, MAX_VALUE_CHARS)}…` : value);

const checkRow = ({ check, verdict, message }: CheckResult): string =>
  `<tr><td class="${verdict}">${verdict}</td><td><code>${escape(check)}</code></td><td>${escape(message)}</td></tr>`;

/** The number of distinct values, and the most frequent values with their shares of all rows. */
const frequent = ({ distinct, top }: TextProfile, rows: number): string =>
  [
    `${count(distinct)} different`,
    ...top.map(({ value, rows: own }) => `${shown(value)} ${percent(own / rows)}`),
  ].join(', ');

function section({ name, rows, columns, measure }: Report['sections'][number]): string {
  const hasText = Object.values(columns).some(({ text }) => text !== undefined);
  const lines = Object.entries(columns).map(([column, { type, nulls, min, max, text, strength }]) =>
    [
      `<tr><td><code>${escape(column)}</code></td><td class="muted">${escape(type)}</td><td class="n">${count(nulls)}</td>`,
      `<td class="n">${percent(rows === 0 ? 0 : nulls / rows)}</td><td class="n">${shown(min)}</td><td class="n">${shown(max)}</td>`,
      hasText ? `<td>${text ? frequent(text, rows) : ''}</td>` : '',
      measure === undefined ? '' : `<td class="n">${strength?.toFixed(3) ?? ''}</td>`,
      '</tr>',
    ].join(''),
  );
  return `<h2>${escape(name)} <span class="muted">${count(rows)} rows</span></h2>
<table><thead><tr><th>column</th><th>type</th><th class="n">nulls</th><th class="n">share</th><th class="n">smallest</th><th class="n">largest</th>${hasText ? '<th>values</th>' : ''}${measure === undefined ? '' : `<th class="n">${escape(measure)} alone</th>`}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table>`;
}

/** One HTML page for people. It loads nothing. */
export function renderReport({ title, subject, checks, sections }: Report): string {
  const sorted = checks.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const tally = ORDER.map(
    (verdict) => [verdict, checks.filter((check) => check.verdict === verdict).length] as const,
  )
    .filter(([, n]) => n > 0)
    .map(([verdict, n]) => `${n} ${verdict}`)
    .join(', ');
  const refused = checks.some(({ verdict }) => verdict === 'fail');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1><p class="muted">${escape(subject)}</p>
<p class="banner ${refused ? 'refused' : 'passed'}">${refused ? 'Rejected' : 'Accepted'}: ${tally}</p>
<h2>Checks</h2>
<table><thead><tr><th>verdict</th><th>check</th><th>figures</th></tr></thead><tbody>${sorted.map(checkRow).join('\n')}</tbody></table>
${sections.map(section).join('\n')}
</body></html>
`;
}
