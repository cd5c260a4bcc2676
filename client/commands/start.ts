import { byOption, defineCommand } from './command.js';

export const start = defineCommand({
  usage: 'start <model-file>',
  summary: 'Check a model file and start a lifecycle',
  options: (yargs) =>
    yargs
      .positional('model-file', { type: 'string', demandOption: true, describe: 'model.yaml, or a module' })
      .option('as-of', {
        type: 'string',
        describe: 'Know nothing of this instant of event time or later; default: now',
      })
      .option('run', {
        type: 'string',
        describe: 'Run id, unique within the model; default: made from as-of',
      })
      .option('by', byOption)
      .option('reason', { type: 'string', describe: 'Why, for the record' }),
  run: async (argv, { mainspring, user, paint }) => {
    const started = await mainspring().start(argv.modelFile, {
      by: argv.by ?? user,
      ...(argv.asOf === undefined ? {} : { asOf: argv.asOf }),
      ...(argv.run === undefined ? {} : { run: argv.run }),
      ...(argv.reason === undefined ? {} : { reason: argv.reason }),
    });
    const name = `${started.model}/${started.run}`;
    return {
      json: started,
      text: [
        `Started ${paint.strong(name)} as of ${started.asOf}, spec ${started.specDigest.slice(0, 12)}.`,
        `Follow it: mainspring watch ${name}`,
      ].join('\n'),
    };
  },
});
