import { showJobs, showLiveJobs } from '../output/jobs-view.js';
import { defineCommand } from './command.js';
import { limitOption } from './numbers.js';

export const jobs = defineCommand({
  usage: 'jobs [run]',
  summary:
    'Unfinished training jobs; with a run or --all also ended ones, with their cost and the reason of their end',
  options: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: 'All of this run' })
      .option('all', { type: 'boolean', default: false, describe: 'Those that are over too' })
      .option('model', { type: 'string', describe: 'All of this model' })
      .option('limit', limitOption(50, 'Newest, at most so many')),
  run: async ({ run, all, model, limit }, { mainspring, paint }) => {
    if (run === undefined && model === undefined && !all) {
      const live = await mainspring().jobs.live();
      return { json: live, text: showLiveJobs(live, paint, Date.now()) };
    }
    const found = await mainspring().jobs.list({
      limit,
      run,
      model,
    });
    return { json: found, text: showJobs(found, paint) };
  },
});
