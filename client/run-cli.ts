import { setTimeout as pause } from 'node:timers/promises';
import pc from 'picocolors';
import yargs from 'yargs';
import { VERSION } from '../contracts/version.js';
import { type Context, INTERRUPTED, type Output } from './commands/command.js';
import { commands } from './commands/index.js';
import { EXIT_CODE, MainspringError } from '../operations/errors.js';
import { refuseFlagValues } from './flags.js';
import { type Mainspring, connect } from './index.js';
import { toKnown } from './known-error.js';
import { type Paint, openPaint } from './output/paint.js';
import { printable } from './output/printable.js';

export interface CliInput {
  args: string[];
  environment: Record<string, string | undefined>;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  user: string;
  signal: AbortSignal;
}

/** Time for a command that follows something to end by itself after Ctrl-C. */
const INTERRUPT_GRACE_MS = 500;

/** Run one command line. Returns the exit code. Only the answer goes to stdout; everything else goes to stderr. */
export async function runCli({ args, environment, stdout, stderr, user, signal }: CliInput): Promise<number> {
  let exitCode = 0;
  let opened: Mainspring | undefined;
  const isTerminal = Boolean(stdout.isTTY);
  const write = (stream: NodeJS.WriteStream, text: string): void => void stream.write(`${printable(text)}\n`);
  const contextOf = (json: boolean): Context => ({
    mainspring: ({ dataDir } = {}) =>
      (opened ??= connect(
        dataDir === undefined
          ? { address: addressOf(args), environment, user }
          : { environment: stackIn(dataDir, environment), user },
      )),
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
    .option('address', {
      type: 'string',
      global: true,
      requiresArg: true,
      describe: 'Address of the HTTP API; default: MAINSPRING_ADDRESS, else the servers themselves',
    })
    .demandCommand(1, 'Name a command.')
    .strict()
    .recommendCommands()
    .completion('completion', 'Print a script for shell completion: mainspring completion >> ~/.bashrc')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // Errors that an option's check throws arrive as errors of yargs.
      if (error?.name === 'YError')
        throw new MainspringError('usage', inOurWords(error.message), usageOf(args));
      if (error) throw error;
      throw new MainspringError(
        'usage',
        message === null ? 'the command line is not complete' : inOurWords(message),
        usageOf(args),
      );
    })
    .version('version', 'Version of Mainspring', VERSION)
    .help('help')
    .alias('help', 'h')
    .epilogue('Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 not found, 5 unreachable. See docs/cli.md.')
    .wrap(isTerminal ? Math.min(110, stdout.columns) : null);
  for (const command of commands)
    command.register(parser, async (work) => {
      const json = isJson(args);
      const output = await work(contextOf(json));
      if (output) {
        show(output, json);
        exitCode = output.exitCode ?? 0;
      }
    });

  const told = new AbortController();
  try {
    refuseFlagValues(args);
    await Promise.race([parser.parseAsync(), interrupted(signal, told.signal)]);
  } catch (error) {
    if (signal.aborted) {
      write(stderr, 'Interrupted before there was an answer: what was asked for may be done all the same.');
      return INTERRUPTED;
    }
    const paint = openPaint(Boolean(stderr.isTTY) && pc.isColorSupported);
    exitCode = explain(error, isJson(args), paint, (text) => write(stderr, text));
  } finally {
    told.abort();
    // The answer is given: a server that goes away now is no error of the command.
    const closed = opened?.close().catch(() => undefined);
    if (!signal.aborted) await closed;
  }
  return exitCode;
}

/** Rejects some time after Ctrl-C, unless `over` aborts before. */
async function interrupted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
  await pause(INTERRUPT_GRACE_MS, undefined, { signal: over, ref: false });
  throw new Error('interrupted');
}

/** The environment of a process that talks to the local stack of a data directory, whatever else the environment says. */
const stackIn = (dataDir: string, environment: CliInput['environment']): CliInput['environment'] => ({
  ...environment,
  MAINSPRING_DATA_DIR: dataDir,
  ...{ MAINSPRING_ADDRESS: undefined, TEMPORAL_ADDRESS: undefined },
  ...{ MAINSPRING_POSTGRES_URL: undefined, MAINSPRING_S3_ENDPOINT: undefined },
});

const isJson = (args: string[]): boolean => args.includes('--json') || args.includes('--json=true');

/** The value of `--address URL` or `--address=URL`, at any place of the command line. */
function addressOf(args: string[]): string | undefined {
  const index = args.findIndex((arg) => arg === '--address' || arg.startsWith('--address='));
  const [, inline] = (args[index] ?? '').split(/=(.*)/s);
  return index === -1 ? undefined : (inline ?? args[index + 1]);
}

const inOurWords = (message: string): string =>
  message
    .replace(/^Not enough non-option arguments: .*/, 'an argument is missing')
    .replace(/^Missing required argument: (.*)/, '--$1 is missing')
    .replace(/^Not enough arguments following: (.*)/, '--$1 needs a value');

/** The usage of the intended command, if the arguments name one. */
function usageOf(args: string[]): string {
  const command = commands.find(({ usage }) => usage.split(' ')[0] === args[0]);
  if (!command) return 'See `mainspring --help`, or `mainspring COMMAND --help`.';
  return `Usage: mainspring ${command.usage}. See \`mainspring ${args[0]} --help\`.`;
}

/** Show an error with its remedy. It goes to stderr even as JSON, so that stdout never has half an answer. */
function explain(error: unknown, json: boolean, paint: Paint, write: (text: string) => void): number {
  const known = toKnown(error);
  if (json) {
    const { kind, message, remedy, details } = known;
    write(JSON.stringify({ error: { kind, message, remedy, details } }));
  } else {
    write(`${paint.bad('error')} ${known.message}`);
    if (known.remedy) write(known.remedy);
  }
  return EXIT_CODE[known.kind];
}
