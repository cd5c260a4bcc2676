import { describe, expect, it } from 'vitest';
import yargs, { type Argv, type Options } from 'yargs';
import { commands } from '../../../../client/commands/index.js';
import { typed } from './typed.js';

const wholeNumbers: [line: string, option: string, allowed: string][] = [
  ['list', 'limit', 'at least 1'],
  ['jobs --all', 'limit', 'at least 1'],
  ['triggers m', 'limit', 'at least 1'],
  ['monitor m', 'limit', 'at least 1'],
  ['budget ledger vision', 'limit', 'at least 1'],
  ['study r', 'limit', 'at least 1'],
  ['study extend r', 'trials', '1 to 100000'],
  ['logs j', 'attempt', 'at least 1'],
  ['logs j', 'tail', 'at least 0'],
  ['pool set desk', 'gpus', 'at least 0'],
  ['pool set desk', 'jobs', 'at least 1'],
];
const amounts: [line: string, option: string][] = [
  ['budget set vision', 'gpu-hours'],
  ['budget set vision', 'cpu-hours'],
  ['budget set vision', 'money'],
  ['budget price local', 'gpu-hour'],
  ['budget price local', 'cpu-hour'],
];
const neither = [
  '0x10',
  '0b1',
  '0o7',
  ' 5 ',
  '5 ',
  '1e1',
  '+5',
  '1_000',
  '٣',
  'five',
  'NaN',
  'Infinity',
  '-1',
  '',
  '.5',
  '5.',
];

async function refused(line: string, option: string, text: string, allowed: string): Promise<void> {
  const { exitCode, stdout, stderr } = await typed([...line.split(' '), `--${option}=${text}`]);
  expect(stderr).toContain(`--${option} is ${JSON.stringify(text)}, allowed: ${allowed}`);
  expect([exitCode, stdout]).toEqual([2, '']);
}

describe.each(wholeNumbers)('%s --%s', (line, option, bounds) => {
  it.each([...neither, '1.5', '2.0', '99999999999999999999'])('refuses "%s"', (text) =>
    refused(line, option, text, `one whole number in digits, ${bounds}`),
  );

  it('refuses two values', async () => {
    const { exitCode, stderr } = await typed([...line.split(' '), `--${option}`, '5', `--${option}`, '6']);
    expect(stderr).toContain(`--${option} is ["5","6"], allowed: one whole number`);
    expect(exitCode).toBe(2);
  });

  it('takes digits', async () => {
    expect(await typed([...line.split(' '), `--${option}`, '5'])).toMatchObject({ exitCode: 5 });
  });
});

describe.each(amounts)('%s --%s', (line, option) => {
  it.each([...neither, '1e400', '1.2.3', '1,5'])('refuses "%s"', (text) =>
    refused(line, option, text, 'one number in digits, at least 0'),
  );

  it.each(['5', '0', '2.95'])('takes %s', async (text) => {
    expect(await typed([...line.split(' '), `--${option}`, text])).toMatchObject({ exitCode: 5 });
  });
});

it('no option is left to yargs to read as a number, and each that is read here is tested here', () => {
  const byYargs: string[] = [];
  const here: string[] = [];
  const read = (words: string, register: (parser: Argv) => void): void => {
    const parser = yargs([]);
    Object.assign(parser, {
      option: (name: string, options: Options) => {
        if (options.type === 'number') byYargs.push(`${words} --${name}`);
        if (options.coerce !== undefined) here.push(name);
        return parser;
      },
      command: (usage: string, _summary: string, builder: (inner: Argv) => Argv) => {
        read(`${words} ${usage}`, (inner) => void builder(inner));
        return parser;
      },
    });
    register(parser);
  };
  for (const command of commands)
    read('', (parser) => void command.register(parser, () => Promise.resolve()));
  expect(byYargs).toEqual([]);
  const tested = [...wholeNumbers, ...amounts].map(([, option]) => option);
  expect(new Set(here)).toEqual(new Set(tested));
});
