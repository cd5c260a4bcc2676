import { day } from '../output/figures.js';
import { colourOf } from '../output/run-view.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

export const list = defineCommand({
  usage: 'list',
  summary: 'Runs, newest first',
  options: (yargs) =>
    yargs
      .option('model', { type: 'string', describe: 'Of this model only' })
      .option('open', { type: 'boolean', default: false, describe: 'Runs that have not ended' })
      .option('limit', limitOption(20, 'At most so many')),
  run: async ({ model, open, limit }, { mainspring, paint }) => {
    const runs = await mainspring().lifecycles.list({ open, limit, model });
    const rows = runs.map((run) => [
      `${run.model}/${run.run}`,
      colourOf(run.outcome, paint)(run.outcome ?? run.stage),
      run.asOf === null ? '' : day(run.asOf),
      run.startedBy ?? '',
      day(run.startedAt),
      run.trouble === null ? (run.outcomeReason ?? run.reason ?? '') : paint.warn(run.trouble),
    ]);
    const head = ['run', 'state', 'as of', 'by', 'started', 'reason'].map(paint.faint);
    return {
      json: runs,
      text: runs.length === 0 ? 'No runs. Start one: mainspring start MODEL.yaml' : table(head, rows),
    };
  },
});
