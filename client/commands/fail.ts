import { byOption, defineCommand, runOption } from './command.js';

export const fail = defineCommand({
  usage: 'fail <run>',
  summary: 'End a run as failed: as cancel, for a run that can never succeed',
  options: (yargs) =>
    yargs
      .positional('run', runOption)
      .option('reason', { type: 'string', demandOption: true, describe: 'Why, for the record' })
      .option('by', byOption),
  run: async ({ run, reason, by }, { mainspring }) => {
    const name = await mainspring().lifecycles.fail(run, { by, reason });
    return {
      json: { ...name, failed: true },
      text: `${name.model}/${name.run} ends as failed: mainspring watch ${name.model}/${name.run}`,
    };
  },
});
