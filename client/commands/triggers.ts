import { day } from '../output/figures.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

export const triggers = defineCommand({
  usage: 'triggers <model>',
  summary: 'Reasons to retrain, fired and refused, with why',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('limit', limitOption(20, 'Newest, at most so many')),
  run: async ({ model, limit }, { mainspring, paint }) => {
    const view = await mainspring().retraining.list(model, { limit });
    const rows = view.triggers.map((record) => [
      day(record.at),
      record.kind,
      record.verdict === 'fired' ? paint.good(record.verdict) : paint.warn(record.verdict),
      record.run ?? '',
      record.reason,
      record.detail,
    ]);
    const head = ['at', 'kind', 'verdict', 'run', 'why', 'detail'].map(paint.faint);
    return {
      json: view,
      text: [
        ...(view.inFlight === null ? [] : [`In flight: ${view.inFlight}`]),
        view.triggers.length === 0 ? 'No triggers yet.' : table(head, rows),
      ].join('\n'),
    };
  },
});
