import { type MonitorInput, type WindowResult, setAsideText } from '../../contracts/monitor.js';
import { METRIC_NAMES } from '../../contracts/metrics/index.js';
import { metricNamed } from '../../contracts/metrics/compare.js';
import type { MetricName } from '../../contracts/metrics/metric-name.js';
import { cell, table } from '../policy/markdown.js';

const figure = (value: number | null | undefined): string => value?.toFixed(4) ?? '–';
const day = (instant: string): string => instant.slice(0, instant.endsWith('T00:00:00.000Z') ? 10 : 16);

/** The watched metric first, then every other that a window has. */
function shownMetrics({ recent, monitoring }: MonitorInput): MetricName[] {
  const watched = monitoring.quality.metric;
  const others = METRIC_NAMES.filter(
    (name) => name !== watched && recent.some(({ metrics }) => metrics[name] !== undefined),
  );
  return [watched, ...others];
}

/** Only windows of a binary classification have a label rate. */
const hasLabelRate = ({ recent }: MonitorInput): boolean =>
  recent.some(({ labelRate }) => labelRate !== null);

const head = (metrics: readonly MetricName[], withRate: boolean): string[] => [
  'window',
  'version',
  'requests',
  'labelled',
  ...(withRate ? ['label rate'] : []),
  ...metrics.map((name) => metricNamed(name).label),
  'score PSI',
  'exceeded',
];

const row = (window: WindowResult, names: readonly MetricName[], withRate: boolean): (string | number)[] => [
  `${day(window.window.from)} – ${day(window.window.to)}`,
  window.version,
  window.requests,
  window.requests === 0 ? '–' : `${((100 * window.labelled) / window.requests).toFixed(1)} %`,
  ...(withRate ? [figure(window.labelRate)] : []),
  ...names.map((name) => {
    const value = window.metrics[name];
    return value === undefined ? '–' : metricNamed(name).format(value);
  }),
  figure(window.psi['score']),
  [
    ...window.exceeded,
    ...(window.unmeasured === undefined ? [] : ['quality unknown']),
    ...(window.setAside ? [setAsideText(window.setAside)] : []),
  ].join(', '),
];

/** Markdown for an operator: the newest windows, newest first, and the event that the monitor waits for. */
export function monitorDetails(state: MonitorInput, waitsFor: string, problem: string | null): string {
  const metrics = shownMetrics(state);
  const withRate = hasLabelRate(state);
  return [
    `## Monitor of ${state.model}, version ${state.target.version}`,
    problem ? `**Cannot go on:** ${cell(problem)}` : waitsFor,
    ...(state.upcoming
      ? [
          `Version ${state.upcoming.target.version} takes over with the first window from ${state.upcoming.since} on.`,
        ]
      : []),
    '',
    ...table(
      head(metrics, withRate),
      state.recent.toReversed().map((window) => row(window, metrics, withRate)),
    ),
    '',
    `${state.closed} windows closed.`,
  ].join('\n');
}
