import { showTroubles } from '../output/run-view.js';
import { defineCommand } from './command.js';

export const retries = defineCommand({
  usage: 'retries [run]',
  summary: 'What is tried again and again, or cannot go on, and why',
  options: (yargs) =>
    yargs.positional('run', {
      type: 'string',
      describe: 'Of this run only: <run>, <model>/<run> or the workflow id',
    }),
  run: async ({ run }, { mainspring, paint }) => {
    const troubles = await mainspring().retries.list({ run });
    const lines = showTroubles(troubles, paint).slice(1);
    return {
      json: troubles,
      text: lines.length === 0 ? 'Nothing is tried again for more than a minute.' : lines.join('\n'),
    };
  },
});
