import { showRunJobs, showStatus } from '../output/run-view.js';
import { defineCommand, runOption } from './command.js';

export const status = defineCommand({
  usage: 'status <run>',
  summary: 'Where a run is, with the numbers that matter',
  options: (yargs) => yargs.positional('run', runOption),
  run: async ({ run }, { mainspring, paint }) => {
    const found = await mainspring().lifecycles.status(run);
    const jobs = showRunJobs(found.jobs, paint);
    return { json: found, text: [showStatus(found, paint, Date.now()), ...jobs].join('\n\n') };
  },
});
