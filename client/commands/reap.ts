import { showReport } from '../output/jobs-view.js';
import { defineCommand } from './command.js';

export const reap = defineCommand({
  usage: 'reap',
  summary: 'Let the reaper look now: jobs that nobody waits for',
  options: (yargs) =>
    yargs.option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Say what it would do, do nothing',
    }),
  run: async ({ dryRun }, { mainspring }) => {
    const report = await mainspring().reap({ dryRun });
    return { json: report, text: showReport(report, dryRun) };
  },
});
