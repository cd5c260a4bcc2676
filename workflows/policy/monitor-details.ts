import type { MonitorInput, WindowResult } from '../../contracts/monitor.js';
import { cell, table } from './markdown.js';

const figure = (value: number | null | undefined): string => value?.toFixed(4) ?? '–';
const day = (instant: string): string => instant.slice(0, instant.endsWith('T00:00:00.000Z') ? 10 : 16);

const HEAD = [
  'window',
  'version',
  'requests',
  'labelled',
  'label rate',
  'ROC AUC',
  'log loss',
  'ECE',
  'score PSI',
  'exceeded',
];

function row({
  window,
  version,
  requests,
  labelled,
  metrics,
  labelRate,
  psi,
  exceeded,
}: WindowResult): (string | number)[] {
  return [
    `${day(window.from)} – ${day(window.to)}`,
    version,
    requests,
    requests === 0 ? '–' : `${((100 * labelled) / requests).toFixed(1)} %`,
    figure(labelRate),
    figure(metrics.roc_auc),
    figure(metrics.log_loss),
    figure(metrics.calibration_error),
    figure(psi['score']),
    exceeded.join(', '),
  ];
}

/** What an operator sees of a monitor: the newest windows, newest first, and what it waits for. */
export function monitorDetails(state: MonitorInput, waitsFor: string, problem: string | null): string {
  return [
    `## Monitor of ${state.model}, version ${state.target.version}`,
    problem ? `**Cannot go on:** ${cell(problem)}` : waitsFor,
    ...(state.upcoming
      ? [
          `Version ${state.upcoming.target.version} takes over with the first window from ${state.upcoming.since} on.`,
        ]
      : []),
    '',
    ...table(HEAD, state.recent.toReversed().map(row)),
    '',
    `${state.closed} windows closed.`,
  ].join('\n');
}
