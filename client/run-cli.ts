import pc from 'picocolors';
import yargs from 'yargs';
import { ConfigError } from '../infra/config.js';
import type { Context, Output } from './commands/command.js';
import { commands } from './commands/index.js';
import { EXIT_CODE, MainspringError } from './errors.js';
import { type Mainspring, connect } from './index.js';
import { type Paint, openPaint } from './output/paint.js';

export interface CliInput {
  args: string[];
  environment: Record<string, string | undefined>;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  user: string;
  signal: AbortSignal;
}

/** Run one command line. Returns the exit code; stdout carries the answer only, everything else goes to stderr. */
export async function runCli({ args, environment, stdout, stderr, user, signal }: CliInput): Promise<number> {
  let exitCode = 0;
  let opened: Mainspring | undefined;
  const isTerminal = Boolean(stdout.isTTY);
  const write = (stream: NodeJS.WriteStream, text: string): void => void stream.write(`${text}\n`);
  const contextOf = (json: boolean): Context => ({
    mainspring: () => (opened ??= connect({ environment })),
    paint: openPaint(isTerminal && pc.isColorSupported && !json),
    json,
    isTerminal,
    user,
    environment,
    signal,
    note: (text) => write(stderr, text),
    line: (output) => write(stdout, json ? JSON.stringify(output.json) : output.text),
  });
  const show = (output: Output, json: boolean): void => {
    if (json) {
      if (output.json !== undefined) write(stdout, JSON.stringify(output.json, null, isTerminal ? 2 : 0));
    } else if (output.text !== '') write(stdout, output.text);
  };

  const parser = yargs(args)
    .scriptName('mainspring')
    .usage('$0 <command>\n\nCarries a model from data to live predictions, durably.')
    .option('json', { type: 'boolean', default: false, global: true, describe: 'Machine output on stdout' })
    .demandCommand(1, 'Name a command.')
    .strict()
    .recommendCommands()
    .completion('completion', 'Print a script for shell completion: mainspring completion >> ~/.bashrc')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // What a check of an option said comes as an error of yargs' own.
      if (error?.name === 'YError')
        throw new MainspringError('usage', inOurWords(error.message), usageOf(args));
      if (error) throw error;
      throw new MainspringError(
        'usage',
        message === null ? 'the command line is not complete' : inOurWords(message),
        usageOf(args),
      );
    })
    .version('version', 'Version of Mainspring', '0.1.0')
    .help('help')
    .alias('help', 'h')
    .epilogue('Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 not found, 5 unreachable. See docs/cli.md.')
    .wrap(isTerminal ? Math.min(110, stdout.columns) : null);
  for (const command of commands)
    command.register(parser, async (work) => {
      const json = args.includes('--json');
      const output = await work(contextOf(json));
      if (output) {
        show(output, json);
        exitCode = output.exitCode ?? 0;
      }
    });

  try {
    await parser.parseAsync();
  } catch (error) {
    const paint = openPaint(Boolean(stderr.isTTY) && pc.isColorSupported);
    exitCode = explain(error, args.includes('--json'), paint, (text) => write(stderr, text));
  } finally {
    await opened?.close();
  }
  return exitCode;
}

const inOurWords = (message: string): string =>
  message
    .replace(/^Not enough non-option arguments: .*/, 'an argument is missing')
    .replace(/^Missing required argument: (.*)/, '--$1 is missing')
    .replace(/^Not enough arguments following: (.*)/, '--$1 needs a value');

/** Where to read on: the line of the command that was meant, if it is one. */
function usageOf(args: string[]): string {
  const command = commands.find(({ usage }) => usage.split(' ')[0] === args[0]);
  if (!command) return 'See `mainspring --help`, or `mainspring COMMAND --help`.';
  return `Usage: mainspring ${command.usage}. See \`mainspring ${args[0]} --help\`.`;
}

/** Tell what went wrong, and what to do. JSON too goes to stderr: stdout never carries half an answer. */
function explain(error: unknown, json: boolean, paint: Paint, write: (text: string) => void): number {
  const known = toKnown(error);
  if (json) {
    const { kind, message, remedy, details } = known;
    write(
      JSON.stringify({ error: { kind, message, remedy, ...(details === undefined ? {} : { details }) } }),
    );
  } else {
    write(`${paint.bad('error')} ${known.message}`);
    if (known.remedy) write(known.remedy);
  }
  return EXIT_CODE[known.kind];
}

function toKnown(error: unknown): MainspringError {
  if (error instanceof MainspringError) return error;
  if (error instanceof ConfigError)
    return new MainspringError(
      'usage',
      error.message,
      'Correct the environment. docs/operating.md lists every variable.',
    );
  const message = error instanceof Error ? error.message : String(error);
  return new MainspringError(
    'failed',
    message,
    'If a server has just gone away, try again. `mainspring doctor` checks every server.',
    undefined,
    { cause: error },
  );
}
