import { join } from 'node:path';
import fc from 'fast-check';
import yargs, { type Argv } from 'yargs';
import { commands } from '../../../client/commands/index.js';
import { runCli } from '../../../client/run-cli.js';
import { EXIT_CODE } from '../../../operations/errors.js';
import { defineDoor } from '../door.js';
import { nastyNumber, nastyText } from '../items/nasty.js';
import { type Verdict, accepted, hasTrace, refused, serverError, stopped } from '../verdict.js';
import { KNOWN_NAMES, openEngine } from './engine-stage.js';

/** They start and stop a stack. */
const LEFT_OUT = ['up', 'down'];
/** Options that name a file to write. */
const WRITES = ['out'];

interface Shape {
  /** Words of the command, with a place for each argument: `budget set <account>`. */
  usage: string;
  options: string[];
}

/** The commands with their groups, as yargs gets them. */
function shapes(): Shape[] {
  const found: Shape[] = [];
  const read = (words: string, register: (parser: Argv) => void): void => {
    const parser = yargs([]);
    const options: string[] = [];
    Object.assign(parser, {
      option: (name: string) => (options.push(name), parser),
      positional: () => parser,
      strict: () => parser,
      command: (usage: string, _summary: string, builder: (inner: Argv) => Argv) => {
        const own = usage.replace('$0', '').replace('<command>', '').trim();
        read(`${words} ${own}`.trim(), (inner) => void builder(inner));
        return parser;
      },
    });
    register(parser);
    found.push({ usage: words, options: options.filter((name) => !WRITES.includes(name)) });
  };
  for (const one of commands)
    if (!LEFT_OUT.includes(one.usage.split(' ')[0] ?? ''))
      read('', (parser) => void one.register(parser, () => Promise.resolve()));
  return found.filter(({ usage }) => usage !== '');
}

const word: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN_NAMES) },
  { weight: 2, arbitrary: nastyText },
  { weight: 1, arbitrary: nastyNumber.map(String) },
);

const argsOf = ({ usage, options }: Shape, files: readonly string[]): fc.Arbitrary<string[]> => {
  const value = fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom(...files) });
  const words = usage.split(' ').map((part) => (/^[<[]/.test(part) ? value : fc.constant(part)));
  const option =
    options.length === 0
      ? fc.constant<string[]>([])
      : fc
          .tuple(fc.constantFrom(...options), value, fc.boolean())
          .map(([name, text, inline]) => (inline ? [`--${name}=${text}`] : [`--${name}`, text]));
  const flags = fc.oneof(
    { weight: 5, arbitrary: option },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ['--json'],
        ['--'],
        ['--nonsense'],
        ['-x'],
        ['--help'],
        ['--by', 'ada'],
        ['--reason', 'why'],
      ),
    },
  );
  return fc
    .tuple(fc.tuple(...words), fc.array(flags, { maxLength: 4 }), fc.array(word, { maxLength: 1 }))
    .map(([all, own, more]) => [...all, ...own.flat(), ...more].filter((arg) => !/^--?out\b/.test(arg)));
};

/** Exit codes that blame the input, and those of an answer. 1 stands for a run that failed, too. */
const BLAMES_INPUT: readonly number[] = [EXIT_CODE.usage, EXIT_CODE.refused, EXIT_CODE['not-found']];
/** Control characters, but colours: a name may colour its line. */
const CONTROLS = /(?!\u001b\[(?:1|2|22|31|32|33|39)m)[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** Commands that follow a run or a log go on until they are interrupted. */
const FOLLOWS = ['watch', 'logs'];
const FOLLOW_MS = 1_500;
const OTHER_MS = 15_000;

/** Command lines, in this process, over the API. */
export const commandLine = defineDoor<string[]>({
  name: 'command-line',
  what: 'arguments of every command',
  weight: 2,
  open: async () => {
    const stage = await openEngine('abuse-cli');
    const environment = { MAINSPRING_ADDRESS: stage.both.address, HOME: stage.harness.folder };
    const files = [
      await stage.harness.modelFile('good'),
      join(stage.harness.folder, 'good', 'clean.sql'),
      '/dev/zero',
      '/',
    ];

    async function run(args: string[]): Promise<{ exitCode: number; output: string }> {
      let output = '';
      const stream = {
        write: (text: string) => ((output += text), true),
        isTTY: false,
      } as NodeJS.WriteStream;
      const signal = AbortSignal.timeout(FOLLOWS.includes(args[0] ?? '') ? FOLLOW_MS : OTHER_MS);
      const exitCode = await runCli({
        args,
        environment,
        stdout: stream,
        stderr: stream,
        user: 'ada',
        signal,
      });
      return { exitCode, output };
    }

    async function send(args: string[]): Promise<Verdict> {
      const { exitCode, output } = await run(args);
      if (hasTrace(output)) return serverError(`a stack trace: ${output}`);
      if (CONTROLS.test(output))
        return stopped(`control characters for the terminal: ${JSON.stringify(output)}`);
      if (
        exitCode === EXIT_CODE.unreachable ||
        (exitCode === EXIT_CODE.failed && /^error|"error"/m.test(output))
      )
        return serverError(`exit ${exitCode}: ${output}`);
      const after = await run(['status', 'tiny/held', '--json']);
      if (![0, 1, 3].includes(after.exitCode)) return stopped(`a good command afterwards: ${after.output}`);
      return BLAMES_INPUT.includes(exitCode) ? refused(output) : accepted(`exit ${exitCode}`);
    }

    const known = shapes();
    return {
      items: fc.constantFrom(...known).chain((shape) => argsOf(shape, files)),
      send,
      close: () => stage.close(),
    };
  },
});
