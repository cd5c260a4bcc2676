import { readFile, stat } from 'node:fs/promises';
import { MainspringError } from '../../operations/errors.js';
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

/** Largest file of rows. The API takes no more at once. */
const MAX_BYTES = 2 ** 20;

async function readFileOrFail(file: string): Promise<string> {
  try {
    const info = await stat(file);
    // Reading a pipe or a device would not end.
    if (!info.isFile()) throw new Error('it is not a regular file');
    if (info.size > MAX_BYTES) throw new Error(`it has ${info.size} bytes, allowed: at most ${MAX_BYTES}`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MainspringError(
      'not-found',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Correct --file.',
    );
  }
}

const shown = (value: number | string | (number | string)[]): string =>
  [value]
    .flat()
    .map((one) => (typeof one === 'number' ? one.toFixed(6) : one))
    .join(', ');

export const predict = defineCommand({
  usage: 'predict <model>',
  summary: 'Ask the gateway for predictions',
  options: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('data', { type: 'string', describe: 'JSON: one object of features, or an array of them' })
      .option('file', { type: 'string', describe: 'The same from a file' })
      .option('id', { type: 'string', describe: 'Id of the request, which feedback names' })
      .option('entity', { type: 'string', describe: 'Decides which version answers while a canary runs' }),
  run: async ({ model, data, file, id, entity }, { mainspring, paint }) => {
    const answer = await mainspring().models.predict(model, { data: await readData(data, file), id, entity });
    const outputs = Object.keys(answer.predictions[0] ?? {});
    const rows = answer.predictions.map((prediction, row) => [
      String(row),
      ...outputs.map((output) => shown(prediction[output] ?? '')),
    ]);
    return {
      json: answer,
      text: [
        `${paint.strong(answer.model)} version ${answer.version}, request ${answer.id}`,
        table(['row', ...outputs].map(paint.faint), rows),
      ].join('\n'),
    };
  },
});
