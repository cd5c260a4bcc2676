import * as Plot from '@observablehq/plot';
import type { ReferenceProfile } from '../../contracts/evaluation.js';
import type { WindowResult } from '../../contracts/monitor.js';
import type { MetricName } from '../../contracts/spec/metrics.js';
import type { Scored } from '../evaluation/metrics.js';
import { escape, page, section } from '../evaluation/report/html.js';
import { calibrationPlot } from '../evaluation/report/plots/calibration.js';
import { scoreHistogram } from '../evaluation/report/plots/score-histogram.js';
import { COLOR, svg } from '../evaluation/report/svg.js';
import { EXPLANATION } from '../evaluation/report/words.js';

/** One page on one window, for whoever is called by its alarm. */
export function windowReport(
  result: Omit<WindowResult, 'report'>,
  reference: ReferenceProfile,
  scored: Scored,
): string {
  const { model, version, window, requests, labelled, labelRate, exceeded } = result;
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
      : `Over their threshold: ${exceeded.join(', ')}.`;
  return page(
    title,
    [
      `<h1>${escape(title)}</h1>`,
      `<div class="answer ${exceeded.length === 0 ? 'better' : 'worse'}"><p>${escape(found)}</p>`,
      `<p class="facts">${requests.toLocaleString('en')} requests${coverage}.${rates}</p></div>`,
      ...(labelled === 0 ? [] : [quality(result, reference, scored)]),
      ...(requests === 0 ? [] : [drift(result, reference)]),
    ].join(''),
  );
}

function quality(
  { metrics }: Pick<WindowResult, 'metrics'>,
  reference: ReferenceProfile,
  scored: Scored,
): string {
  const rows = Object.entries(metrics).map(([metric, value]) => {
    const before = reference.metrics[metric as MetricName];
    const change = before === undefined ? '–' : (value - before).toFixed(4);
    return `<tr><td>${metric}<small>${escape(EXPLANATION[metric as MetricName])}</small></td><td>${value.toFixed(4)}</td><td>${before?.toFixed(4) ?? '–'}</td><td>${change}</td></tr>`;
  });
  return section({
    title: 'Quality',
    lead: 'On the rows whose label has come, beside what the version reached when it was evaluated.',
    body: `<table><tr><th>metric</th><th>window</th><th>reference</th><th>change</th></tr>${rows.join('')}</table>
      <div class="two">${calibrationPlot(scored, null)}</div>${scoreHistogram(scored, null)}`,
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
