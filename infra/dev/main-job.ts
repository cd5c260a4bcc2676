import { existsSync } from 'node:fs';
import { pathToFileURL, fileURLToPath } from 'node:url';
import type { Config } from '../config.js';

/** What `examples/flight-delay/main-job.ts` is given. */
export interface MainJobContext {
  config: Config;
  options: {
    /** Demo approvers vote by themselves. */
    yes: boolean;
    /** The stack ends after the job. */
    once: boolean;
    weeks: number;
    /** 0–1 of the rows. */
    sample: number;
  };
  /** A line for people. */
  print: (line: string) => void;
  /** Aborted when the stack is being stopped; the run itself stays in Temporal and goes on at the next start. */
  signal: AbortSignal;
}

/** Printed as the last line of `--once`, with the two durations. */
export interface MainJobResult {
  run: string;
  model: string;
  version: number;
  alias: string;
  /** What the promoted model answered to a request through the gateway, 0–1. */
  probability: number;
}

const file = fileURLToPath(new URL('../../examples/flight-delay/main-job.ts', import.meta.url));

/** Loaded by address: the stack knows the example's shape and not its code. */
export async function runMainJob(context: MainJobContext): Promise<MainJobResult> {
  if (!existsSync(file)) throw new Error(`${file} is missing from this copy of Mainspring`);
  const module = (await import(pathToFileURL(file).href)) as {
    runMainJob: (context: MainJobContext) => Promise<MainJobResult>;
  };
  return module.runMainJob(context);
}
