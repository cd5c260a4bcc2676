import * as Plot from '@observablehq/plot';
import type { ReferenceProfile } from '../../contracts/evaluation.js';
import { driftedValuesText } from '../../contracts/drifted-values.js';
import { percent } from '../../contracts/figures.js';
import { type WindowResult, setAsideText } from '../../contracts/monitor.js';
import { metricNamed } from '../../contracts/metrics/compare.js';
import type { Scored } from '../../contracts/metrics/define-metric.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import { escape, page, section } from '../evaluation/report/html.js';
import { problemReport } from '../evaluation/report/problems/index.js';
import { COLOR, svg } from '../evaluation/report/svg.js';

/** HTML report on one window, for the person who investigates its alarm. */
export function windowReport(
  result: Omit<WindowResult, 'report'>,
  reference: ReferenceProfile,
  scored: Scored,
): string {
  const { model, version, window, requests, labelled, labelRate, exceeded, unmeasured, setAside } = result;
  const span = `${window.from.slice(0, 16)} to ${window.to.slice(0, 16)} UTC`;
  const title = `${model} version ${version}, ${span}`;
  const coverage = requests === 0 ? '' : `, ${((100 * labelled) / requests).toFixed(1)} % of them labelled`;
  const rates =
    labelRate === null
      ? ''
      : ` Label rate ${labelRate.toFixed(4)}, reference ${reference.baseRate.toFixed(4)}.`;
  const found =
    exceeded.length === 0
      ? 'Nothing exceeds its threshold.'
      : `Over their threshold: ${exceeded.map((column) => exceededText(column, result)).join('; ')}.`;
  return page(
    title,
    [
      `<h1>${escape(title)}</h1>`,
      `<div class="answer ${exceeded.length === 0 ? 'better' : 'worse'}"><p>${escape(found)}</p>`,
      ...(unmeasured === undefined ? [] : [`<p>Quality is unknown: ${escape(unmeasured)}.</p>`]),
      ...(setAside === undefined
        ? []
        : [
            `<p>${escape(setAsideText(setAside))}: ${escape(setAside.reasons.map(({ reason, rows }) => `${reason} (${rows})`).join('; '))}.</p>`,
          ]),
      `<p class="facts">${requests.toLocaleString('en')} requests${coverage}.${rates}</p></div>`,
      ...(labelled === 0 ? [] : [quality(result, reference, scored)]),
      ...(requests === 0 ? [] : [drift(result, reference)]),
      ...(result.values ? [changedValues(result.values)] : []),
    ].join(''),
  );
}

/** `hour`, or `origin (new value "XYZ" in 12 % of rows)`. */
function exceededText(column: string, { values }: Pick<WindowResult, 'values'>): string {
  const changed = driftedValuesText(values?.[column]);
  return changed === '' ? column : `${column} (${changed})`;
}

function changedValues(values: NonNullable<WindowResult['values']>): string {
  const rows = Object.entries(values).flatMap(([column, changed]) =>
    (['new', 'vanished'] as const).flatMap((kind) =>
      changed[kind].map(({ value, share }) => ({ column, kind, value, share: percent(share) })),
    ),
  );
  const cells = rows.map(
    ({ column, kind, value, share }) =>
      `<tr><td>${escape(column)}</td><td>${kind}</td><td>${escape(value)}</td><td>${share}</td></tr>`,
  );
  return section({
    title: 'Values that came or went',
    lead: 'A new value with its share of the window’s rows; a vanished one with its share of the reference.',
    body: `<table><tr><th>column</th><th>change</th><th>value</th><th>share</th></tr>${cells.join('')}</table>`,
  });
}

function quality(
  { metrics }: Pick<WindowResult, 'metrics'>,
  reference: ReferenceProfile,
  scored: Scored,
): string {
  const rows = Object.entries(metrics).map(([name, value]) => {
    const { label, summary, format } = metricNamed(name as MetricName);
    const before = reference.metrics[name as MetricName];
    const [was, change] = before === undefined ? ['–', '–'] : [format(before), format(value - before)];
    return `<tr><td>${label}<small>${escape(summary)}</small></td><td>${format(value)}</td><td>${was}</td><td>${change}</td></tr>`;
  });
  return section({
    title: 'Quality',
    lead: 'On the rows whose label has come, beside the figures of the evaluation of this version.',
    body: `<table><tr><th>metric</th><th>window</th><th>reference</th><th>change</th></tr>${rows.join('')}</table>
      ${problemReport(scored).window(scored, scored.problem)}`,
  });
}

/** PSI runs over three powers of ten, hence the logarithmic axis; below its left end nothing is worth a look. */
const LEAST_SHOWN = 1e-3;

function drift({ psi }: Pick<WindowResult, 'psi'>, reference: ReferenceProfile): string {
  const thresholds = new Map(
    [{ ...reference.score, column: 'score' }, ...reference.columns].map((c) => [c.column, c.threshold]),
  );
  const bars = Object.entries(psi)
    .map(([column, value]) => ({ column, value, threshold: thresholds.get(column) ?? Infinity }))
    .sort((a, b) => b.value / b.threshold - a.value / a.threshold);
  const plot = svg(
    {
      width: 1000,
      height: 60 + 24 * bars.length,
      marginLeft: 130,
      marginBottom: 40,
      x: {
        type: 'log',
        domain: [LEAST_SHOWN, Math.max(1, ...bars.map(({ value, threshold }) => Math.max(value, threshold)))],
        label: 'PSI against the reference',
        tickFormat: '~g',
        grid: true,
      },
      y: { domain: bars.map(({ column }) => column), label: null },
      marks: [
        Plot.barX(bars, {
          x1: LEAST_SHOWN,
          x2: ({ value }: { value: number }) => Math.max(value, LEAST_SHOWN),
          y: 'column',
          fill: ({ value, threshold }: { value: number; threshold: number }) =>
            value > threshold ? COLOR.worse : COLOR.champion,
        }),
        Plot.tickX(bars, { x: 'threshold', y: 'column', stroke: '#0f172a', strokeWidth: 2 }),
      ],
    },
    'PSI of each column and its threshold',
  );
  return section({
    title: 'Drift',
    lead: 'Nearest to its threshold first. The black tick is the threshold that was frozen with the reference.',
    body: plot,
  });
}
