import { day, figure } from '../output/figures.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

export const monitor = defineCommand({
  usage: 'monitor <model>',
  summary: 'Windows of a served model: labels, quality, drift',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('limit', limitOption(20, 'Newest windows, at most so many')),
  run: async ({ model, limit }, { mainspring, paint }) => {
    const view = await mainspring().monitor(model, { limit });
    const rows = view.windows.map((window) => [
      `${day(window.window.from)} – ${day(window.window.to)}`,
      String(window.version),
      String(window.requests),
      String(window.labelled),
      figure(window.labelRate),
      figure(window.metrics.roc_auc),
      figure(window.metrics.log_loss),
      figure(window.psi['score']),
      window.exceeded.length === 0 ? '' : paint.warn(window.exceeded.join(', ')),
    ]);
    const head = [
      'window',
      'version',
      'requests',
      'labels',
      'label rate',
      'roc_auc',
      'log_loss',
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
