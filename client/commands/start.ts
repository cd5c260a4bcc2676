import { byOption, defineCommand } from './command.js';
import { keyValues } from './key-values.js';

export const start = defineCommand({
  usage: 'start <model-file>',
  summary: 'Check a model file and start a lifecycle',
  options: (yargs) =>
    yargs
      .positional('model-file', { type: 'string', demandOption: true, describe: 'model.yaml, or a module' })
      .option('as-of', {
        type: 'string',
        describe: 'Use only data from before this instant of event time; default: now',
      })
      .option('run', {
        type: 'string',
        describe: 'Run id, unique within the model; default: made from as-of',
      })
      .option('source', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'NAME=FILE: another file for a declared source, e.g. a sample',
      })
      .option('by', byOption)
      .option('reason', { type: 'string', describe: 'Why, for the record' }),
  repeatable: ['source'],
  run: async (argv, { mainspring, paint }) => {
    const sources = keyValues('source', argv.source ?? [], 'NAME=FILE', 'flights=sample.parquet');
    const started = await mainspring().lifecycles.start(argv.modelFile, {
      by: argv.by,
      asOf: argv.asOf,
      run: argv.run,
      sources: Object.fromEntries(sources),
      reason: argv.reason,
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
