import { readFile } from 'node:fs/promises';
import { MainspringError } from '../../operations/errors.js';
import { pathOf } from '../arguments.js';
import { withFiles } from '../disk/file-failure.js';
import { regularFile } from '../disk/regular-file.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

async function readData(data: string | undefined, file: string | undefined): Promise<unknown> {
  if ((data === undefined) === (file === undefined))
    throw new MainspringError(
      'usage',
      'predict needs exactly one of --data and --file',
      `For example: mainspring predict MODEL --data '{"hour": 17, "distance": 733}'`,
    );
  const text = data ?? (await readRows(file ?? ''));
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

async function readRows(file: string): Promise<string> {
  const { size } = await regularFile(pathOf('--file', file));
  if (size > MAX_BYTES)
    throw new MainspringError(
      'refused',
      `${file} has ${size} bytes, allowed: at most ${MAX_BYTES}`,
      'Send the rows in several requests.',
    );
  return withFiles(() => readFile(file, 'utf8'), file);
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
      .option('data', {
        type: 'string',
        requiresArg: true,
        describe: 'JSON: one object of features, or an array of them',
      })
      .option('file', { type: 'string', requiresArg: true, describe: 'The same from a file' })
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
