import { expect, it } from 'vitest';
import yargs, { type Argv, type Options } from 'yargs';
import { commands } from '../../../client/commands/index.js';
import { FLAGS, refuseFlagValues } from '../../../client/flags.js';
import { typed } from './commands/typed.js';

it.each([
  ['reap --dry-run=yes', '--dry-run is "yes"'],
  ['reap --dryRun=1', '--dryRun is "1"'],
  ['reap --no-dry-run=no', '--dry-run is "no"'],
  ['list --open=', '--open is ""'],
  ['logs j -f=on', '-f is "on"'],
  ['list --json=maybe', '--json is "maybe"'],
])('%s is refused: yargs would take it for false', async (line, message) => {
  const { exitCode, stdout, stderr } = await typed(line.split(' '));
  expect(stderr).toContain(`${message}, allowed: no value, true or false`);
  expect([exitCode, stdout]).toEqual([2, '']);
});

it('true, false, and what comes after two dashes is left to the command', () => {
  expect(() =>
    refuseFlagValues(['--open=true', '--all=false', '--model=json=yes', '--', '--open=x']),
  ).not.toThrow();
});

it('--json=true gives errors as JSON, as --json does', async () => {
  const { stderr } = await typed(['status', 'r', '--json=true']);
  expect(JSON.parse(stderr)).toMatchObject({ error: { kind: 'unreachable' } });
});

it('every option without a value is a known flag', () => {
  const found = new Set<string>();
  const read = (register: (parser: Argv) => void): void => {
    const parser = yargs([]);
    Object.assign(parser, {
      option: (name: string, options: Options) => {
        if (options.type === 'boolean') [name, options.alias ?? []].flat().forEach((one) => found.add(one));
        return parser;
      },
      command: (_usage: string, _summary: string, builder: (inner: Argv) => Argv) => {
        read((inner) => void builder(inner));
        return parser;
      },
    });
    register(parser);
  };
  for (const command of commands) read((parser) => void command.register(parser, () => Promise.resolve()));
  expect(found).toContain('dry-run');
  for (const name of found) expect(FLAGS).toContain(name);
});
