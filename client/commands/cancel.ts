import { byOption, defineCommand, runOption } from './command.js';

export const cancel = defineCommand({
  usage: 'cancel <run>',
  summary: 'Stop a run: its jobs end, a canary is rolled back',
  options: (yargs) =>
    yargs
      .positional('run', runOption)
      .option('reason', { type: 'string', demandOption: true, describe: 'Why, for the record' })
      .option('by', byOption),
  run: async ({ run, reason, by }, { mainspring }) => {
    const name = await mainspring().lifecycles.cancel(run, { by, reason });
    return {
      json: { ...name, cancelled: true },
      text: `${name.model}/${name.run} is being cancelled: mainspring watch ${name.model}/${name.run}`,
    };
  },
});
