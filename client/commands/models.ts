import { showMetrics } from '../output/figures.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

export const models = defineCommand({
  usage: 'models',
  summary: 'Models and their champions',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const found = await mainspring().models.list();
    const rows = found.map(({ model, versions, champion }) => [
      model,
      String(versions),
      champion ? `version ${champion.version}` : 'none',
      champion ? showMetrics(champion.metrics) : '',
    ]);
    const head = ['model', 'versions', 'champion', 'metrics'].map(paint.faint);
    return { json: found, text: found.length === 0 ? 'No models yet.' : table(head, rows) };
  },
});
