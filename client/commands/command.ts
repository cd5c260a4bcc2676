import type { Argv, ArgumentsCamelCase } from 'yargs';
import { MainspringError } from '../../operations/errors.js';
import { shown } from '../arguments.js';
import type { Mainspring } from '../index.js';
import type { Paint } from '../output/paint.js';

/** The services that a command uses. No command reads the environment or the terminal directly. */
export interface Context {
  /** Connects when it is first called, because `completion` and `spec` need no configuration. */
  mainspring: (of?: {
    /** Data directory of the local stack to talk to. Default: as the environment says. */
    dataDir?: string | undefined;
  }) => Mainspring;
  paint: Paint;
  /** True if only JSON may go to stdout. */
  json: boolean;
  isTerminal: boolean;
  /** Name of the acting person if `--by` is missing. */
  user: string;
  /** Writes progress and hints to stderr. */
  note: (text: string) => void;
  /** Writes one more line, or one more JSON object, to stdout, for commands that run on. */
  line: (output: Output) => void;
  environment: Record<string, string | undefined>;
  signal: AbortSignal;
}

/** Exit code of a command that Ctrl-C ended before it had its answer, as shells give it. */
export const INTERRUPTED = 130;

/** An answer in two forms: `json` for programs and `text` for people. */
export interface Output {
  json: unknown;
  text: string;
  /** Default 0. */
  exitCode?: number;
}

export interface CommandDefinition<A> {
  /** Usage as yargs takes it, e.g. `status <run>`. */
  usage: string;
  summary: string;
  options: (yargs: Argv) => Argv<A>;
  /** Options that may be given several times. Default: none. */
  repeatable?: readonly string[];
  run: (argv: ArgumentsCamelCase<A>, context: Context) => Promise<Output | undefined>;
}

/** A command without the types of its arguments. */
export interface Command {
  usage: string;
  summary: string;
  register(yargs: Argv, answer: Answer): Argv;
}
type Answer = (work: (context: Context) => Promise<Output | undefined>) => Promise<void>;

/** @throws MainspringError `usage` for an option that is given twice: yargs makes a list of the values */
function refuseRepeated(argv: Record<string, unknown>, repeatable: readonly string[]): void {
  for (const [name, value] of Object.entries(argv))
    if (Array.isArray(value) && name !== '_' && !repeatable.includes(name))
      throw new MainspringError(
        'usage',
        `--${name} is given ${value.length} times: ${value.map(shown).join(', ')}`,
        'Give it once.',
      );
}

/**
 * Define a command. With `registerAs('$0', …)` it is also the default of a group.
 *
 * @returns the command
 */
export function defineCommand<A>({ usage, summary, options, repeatable = [], run }: CommandDefinition<A>) {
  const registerAs = (name: string, yargs: Argv, answer: Answer): Argv =>
    yargs.command(
      name,
      summary,
      (inner) => options(inner),
      (argv) => {
        refuseRepeated(argv, repeatable);
        return answer((context) => run(argv, context));
      },
    );
  const register: Command['register'] = (yargs, answer) => registerAs(usage, yargs, answer);
  return { usage, summary, register, registerAs };
}

/** Argument of every command about one run. */
export const runOption = {
  type: 'string',
  demandOption: true,
  describe: '<run>, <model>/<run> or the workflow id',
} as const;

/** Option of every command that records who acts. */
export const byOption = {
  type: 'string',
  describe: 'Name of the acting person; default: the user of this machine',
} as const;
