import { explainSpec, showFields } from '../spec/explain.js';
import { defineCommand } from './command.js';

export const specExplain = defineCommand({
  usage: 'explain [field]',
  summary: 'Every field of the model file with its default and meaning',
  options: (yargs) =>
    yargs.positional('field', { type: 'string', describe: 'Only below this field, e.g. training.search' }),
  run: async ({ field }) => {
    const fields = explainSpec(field);
    return { json: fields, text: showFields(fields) };
  },
});
