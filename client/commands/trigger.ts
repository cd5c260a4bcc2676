import { byOption, defineCommand } from './command.js';

export const trigger = defineCommand({
  usage: 'trigger <model>',
  summary: 'Ask for a retraining, and show the decision of the controller',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('reason', { type: 'string', default: 'asked by hand', describe: 'Why, for the record' })
      .option('at', {
        type: 'string',
        describe: 'Instant of event time; default: the newest that the monitor knows',
      })
      .option('id', { type: 'string', describe: 'The same id twice is one trigger' })
      .option('by', byOption),
  run: async ({ model, reason, at, id, by }, { mainspring, paint }) => {
    const record = await mainspring().retraining.trigger(model, {
      by,
      reason,
      at,
      id,
    });
    const isFired = record.verdict === 'fired';
    return {
      json: record,
      text: isFired
        ? `${paint.good('Fired')}: ${record.reason}\nFollow it: mainspring watch ${model}/${record.run ?? ''}`
        : `${paint.warn('Refused')}: ${record.reason}`,
      exitCode: isFired ? 0 : 3,
    };
  },
});
