import type { ConnectOptions, ModelSpec } from '../client/index.js';
import type { Following } from './follow.js';

/** Arguments of an example's life, from `npm start`. */
export interface ExampleContext {
  config: NonNullable<ConnectOptions['config']>;
  options: {
    /** True if the demo approvers vote by themselves. */
    yes: boolean;
    /** Number of weeks of traffic after the promotion. */
    weeks: number;
    /** Share of the data that is used, 0–1. */
    sample: number;
  };
  /** Prints a line for people. */
  print: (line: string) => void;
  /** Aborted when the stack is being stopped. The run itself stays in Temporal and goes on at the next start. */
  signal: AbortSignal;
}

/** Arguments of the replay of weeks, from the life before it. */
export interface WeeksContext extends Following {
  spec: ModelSpec;
  /** Address of the gateway. */
  gateway: string;
  weeks: number;
}

/** One example, as `examples/<name>/example.ts` exports it. The name of the folder is the name of `--example`. */
export interface Example {
  /** Path of the model file. */
  modelFile: string;
  /** Date of the first lifecycle: it knows only the data from before it. */
  asOf: string;
  /** The new champion is asked about the rows from `asOf` until this date. */
  trafficUntil: string;
  /**
   * Returns files that replace declared sources, for `--sample`. Without this function the example always uses all
   * data.
   */
  sources?: (sample: number, dataDir: string) => Promise<Record<string, string>>;
  /**
   * Sends weeks of later traffic and labels, for `--weeks`, and returns a summary. Without this function there are no
   * weeks.
   */
  replayWeeks?: (context: WeeksContext) => Promise<object>;
}

/** Answer of the gateway about one row: the value of each output, or its values if the output has several columns. */
export type Answer = Record<string, number | string | (number | string)[]>;

/** The last line of `npm start -- --once`: which version serves, and its answer about one row under the names of its outputs. */
export interface ExampleResult {
  run: string;
  model: string;
  version: number;
  alias: string;
  /** Summary of the weeks that were replayed; absent without `--weeks`. */
  weeks?: object;
  [output: string]: Answer[string] | object | undefined;
}
