import { METRIC_NAMES, type MetricName } from '../../contracts/metrics/index.js';
import { metricNamed } from '../../contracts/metrics/compare.js';
import { type WindowResult, setAsideText } from '../../contracts/monitor.js';
import { day, figure } from '../output/figures.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

/** Metrics that one of the windows has. */
const metricsOf = (windows: readonly WindowResult[]): MetricName[] =>
  METRIC_NAMES.filter((name) => windows.some(({ metrics }) => metrics[name] !== undefined));

const show = (name: MetricName, value: number | undefined): string =>
  value === undefined ? '–' : metricNamed(name).format(value);
/** Everything of a window that a person must see. */
const noticed = ({ exceeded, unmeasured, setAside }: WindowResult): string[] => [
  ...exceeded,
  ...(unmeasured === undefined ? [] : ['quality unknown']),
  ...(setAside === undefined ? [] : [setAsideText(setAside)]),
];

export const monitor = defineCommand({
  usage: 'monitor <model>',
  summary: 'Windows of a served model: labels, quality, drift',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('limit', limitOption(20, 'Newest windows, at most so many')),
  run: async ({ model, limit }, { mainspring, paint }) => {
    const view = await mainspring().monitors.get(model, { limit });
    const metrics = metricsOf(view.windows);
    // Only windows of a binary classification have a label rate.
    const withRate = view.windows.some(({ labelRate }) => labelRate !== null);
    const rows = view.windows.map((window) => [
      `${day(window.window.from)} – ${day(window.window.to)}`,
      String(window.version),
      String(window.requests),
      String(window.labelled),
      ...(withRate ? [figure(window.labelRate)] : []),
      ...metrics.map((name) => show(name, window.metrics[name])),
      figure(window.psi['score']),
      noticed(window)
        .map((one) => paint.warn(one))
        .join(', '),
    ]);
    const head = [
      'window',
      'version',
      'requests',
      'labels',
      ...(withRate ? ['label rate'] : []),
      ...metrics,
      'psi(score)',
      'exceeded',
    ];
    const health = view.health
      ? `Watches version ${view.health.version}; ${view.health.closed} windows closed, next starts ${day(view.health.nextWindow)}.${view.health.problem ? ` ${paint.bad(view.health.problem)}` : ''}`
      : 'No monitor answers: it starts with the first promotion, and needs a worker.';
    return {
      json: view,
      text: [
        health,
        view.windows.length === 0 ? 'No window is closed yet.' : table(head.map(paint.faint), rows),
      ].join('\n'),
    };
  },
});
