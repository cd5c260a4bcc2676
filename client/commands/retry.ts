import { defineCommand, runOption } from './command.js';

export const retry = defineCommand({
  usage: 'retry <run>',
  summary: 'Try again now what a run waits to try again',
  options: (yargs) => yargs.positional('run', runOption),
  run: async ({ run }, { mainspring }) => {
    const answer = await mainspring().retries.retry(run);
    return {
      json: answer,
      text: answer.retried
        .map(({ workflow, activity }) => `${workflow}: ${activity} is tried now`)
        .join('\n'),
    };
  },
});
