import { describe, expect, it } from 'vitest';
import { keyValues } from '../../../../client/commands/key-values.js';
import { typed } from './typed.js';

describe.each([
  ['pool set desk --jobs 1', 'weight', 'TEAM=WEIGHT'],
  ['start /nowhere/model.yaml', 'source', 'NAME=FILE'],
])('%s --%s', (line, option, form) => {
  const words = line.split(' ');
  const twice = `--${option} names "a" twice: "1" and "2"`;

  it.each([
    ['one after the other', [`--${option}`, 'a=1', `--${option}`, 'a=2']],
    ['apart', [`--${option}`, 'a=1', `--${option}`, 'b=1', `--${option}`, 'a=2']],
    ['behind one option', [`--${option}`, 'a=1', 'a=2']],
  ])('refuses a key that comes twice, %s', async (_how, args) => {
    const { exitCode, stderr } = await typed([...words, ...args]);
    expect(stderr).toContain(twice);
    expect(exitCode).toBe(2);
  });

  it.each(['a', 'a=', '=1', '='])('refuses "%s", and says the form', async (text) => {
    const { exitCode, stderr } = await typed([...words, `--${option}`, text]);
    expect(stderr).toContain(`--${option} is "${text}", allowed: ${form}`);
    expect(exitCode).toBe(2);
  });

  it('needs a value', async () => {
    const { exitCode, stderr } = await typed([...words, `--${option}`]);
    expect(stderr).toContain(`--${option} needs a value`);
    expect(exitCode).toBe(2);
  });
});

it.each(['a=0x10', 'a=1=2', 'a=1e1', 'a= 5 ', 'a=-1'])(
  'the weight %s is refused with its team',
  async (weight) => {
    const { exitCode, stderr } = await typed(['pool', 'set', 'desk', '--jobs', '1', '--weight', weight]);
    expect(stderr).toContain(
      `--weight a is ${JSON.stringify(weight.slice(2))}, allowed: one number in digits`,
    );
    expect(exitCode).toBe(2);
  },
);

it('different keys are taken, and a value may have equals signs', async () => {
  expect(keyValues('source', ['a=x=1', 'b=y'], 'NAME=FILE', '')).toEqual([
    ['a', 'x=1'],
    ['b', 'y'],
  ]);
  const weights = ['--weight', 'a=1', '--weight', 'b=2.5'];
  expect(await typed(['pool', 'set', 'desk', '--jobs', '1', ...weights])).toMatchObject({ exitCode: 5 });
});
