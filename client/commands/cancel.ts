import { byOption, defineCommand } from './command.js';

export const cancel = defineCommand({
  usage: 'cancel <run>',
  summary: 'Stop a run: its jobs end, a canary is rolled back',
  options: (yargs) =>
    yargs
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: '<run>, <model>/<run> or the workflow id',
      })
      .option('reason', { type: 'string', demandOption: true, describe: 'Why, for the record' })
      .option('by', byOption),
  run: async ({ run, reason, by }, { mainspring, user }) => {
    const name = await mainspring().cancel(run, { by: by ?? user, reason });
    return {
      json: { ...name, cancelled: true },
      text: `${name.model}/${name.run} is being cancelled: mainspring watch ${name.model}/${name.run}`,
    };
  },
});
