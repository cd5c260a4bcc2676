import type { Argv, ArgumentsCamelCase } from 'yargs';
import type { Mainspring } from '../index.js';
import type { Paint } from '../output/paint.js';

/** What a command works with. Nothing here reads the environment or the clock of the terminal by itself. */
export interface Context {
  /** Opened when a command first asks: `completion` and `spec` need no configuration. */
  mainspring: () => Mainspring;
  paint: Paint;
  /** Machine output was asked for: nothing but JSON goes to stdout. */
  json: boolean;
  isTerminal: boolean;
  /** Who acts, when `--by` is left out. */
  user: string;
  /** Progress and hints, on stderr. */
  note: (text: string) => void;
  /** One more line – or one more JSON object – on stdout, for commands that go on. */
  line: (output: Output) => void;
  environment: Record<string, string | undefined>;
  signal: AbortSignal;
}

/** The same answer twice: for machines and for people. */
export interface Output {
  json: unknown;
  text: string;
  /** Default 0. */
  exitCode?: number;
}

export interface CommandDefinition<A> {
  /** As yargs takes it, e.g. `status <run>`. */
  usage: string;
  summary: string;
  options: (yargs: Argv) => Argv<A>;
  run: (argv: ArgumentsCamelCase<A>, context: Context) => Promise<Output | undefined>;
}

/** A command whose argument types are its own business. */
export interface Command {
  usage: string;
  summary: string;
  register(yargs: Argv, answer: Answer): Argv;
}
type Answer = (work: (context: Context) => Promise<Output | undefined>) => Promise<void>;

/** @returns a command that can also be what a group does without a word: `registerAs('$0', …)` */
export function defineCommand<A>({ usage, summary, options, run }: CommandDefinition<A>) {
  const registerAs = (name: string, yargs: Argv, answer: Answer): Argv =>
    yargs.command(
      name,
      summary,
      (inner) => options(inner),
      (argv) => answer((context) => run(argv, context)),
    );
  const register: Command['register'] = (yargs, answer) => registerAs(usage, yargs, answer);
  return { usage, summary, register, registerAs };
}

/** Option of every command that acts in somebody's name. */
export const byOption = {
  type: 'string',
  describe: 'Who acts; default: the user of this machine',
} as const;
