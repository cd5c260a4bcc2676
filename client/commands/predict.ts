import { readFile } from 'node:fs/promises';
import { MainspringError } from '../errors.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

async function readData(data: string | undefined, file: string | undefined): Promise<unknown> {
  if ((data === undefined) === (file === undefined))
    throw new MainspringError(
      'usage',
      'predict needs exactly one of --data and --file',
      `For example: mainspring predict MODEL --data '{"hour": 17, "distance": 733}'`,
    );
  const text = data ?? (await readFileOrFail(file ?? ''));
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new MainspringError(
      'usage',
      `${file ?? '--data'} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'Write one object with a value per feature, or an array of such objects.',
    );
  }
}

async function readFileOrFail(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MainspringError('not-found', `${file} cannot be read: ${String(error)}`, 'Correct --file.');
  }
}

export const predict = defineCommand({
  usage: 'predict <model>',
  summary: 'Ask the gateway for predictions',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('data', { type: 'string', describe: 'JSON: one object of features, or an array of them' })
      .option('file', { type: 'string', describe: 'The same from a file' })
      .option('id', { type: 'string', describe: 'Id of the request: what feedback refers to' })
      .option('entity', { type: 'string', describe: 'Decides which version answers while a canary runs' }),
  run: async ({ model, data, file, id, entity }, { mainspring, paint }) => {
    const answer = await mainspring().predict(model, await readData(data, file), {
      ...(id === undefined ? {} : { id }),
      ...(entity === undefined ? {} : { entity }),
    });
    const rows = answer.probabilities.map((probability, row) => [String(row), probability.toFixed(6)]);
    return {
      json: answer,
      text: [
        `${paint.strong(answer.model)} version ${answer.version}, request ${answer.id}`,
        table(['row', 'probability'].map(paint.faint), rows),
      ].join('\n'),
    };
  },
});
