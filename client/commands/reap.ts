import { showReport } from '../output/jobs-view.js';
import { defineCommand } from './command.js';

export const reap = defineCommand({
  usage: 'reap',
  summary: 'Run the reaper now, which ends jobs without an owner',
  options: (yargs) =>
    yargs.option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Only report the actions that it would take',
    }),
  run: async ({ dryRun }, { mainspring, signal }) => {
    const report = await mainspring().reaper.run({ dryRun, signal });
    return { json: report, text: showReport(report, dryRun) };
  },
});
