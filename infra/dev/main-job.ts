import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Config } from '../config.js';

/** Arguments of the life of an example: `examples/life.ts`. */
export interface MainJobContext {
  config: Config;
  options: {
    /** True when the demo approvers vote by themselves. */
    yes: boolean;
    weeks: number;
    /** Share of the rows that is used, 0–1. */
    sample: number;
  };
  /** Prints a line for people. */
  print: (line: string) => void;
  /** Aborted when the stack is being stopped. The run itself stays in Temporal and goes on at the next start. */
  signal: AbortSignal;
}

/** The last line of `--once`, before the two durations are added. The gateway's answer is under the names of its outputs. */
export interface MainJobResult {
  run: string;
  model: string;
  version: number;
  alias: string;
}

const folder = fileURLToPath(new URL('../../examples', import.meta.url));

/** Names of the examples: the folders with an `example.ts`. */
export const exampleNames = (): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, 'example.ts')))
        .sort()
    : [];

/** Runs the life of one example. Loaded by path: the stack knows the shape of examples, and none of their code. */
export async function runMainJob(example: string, context: MainJobContext): Promise<MainJobResult> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
  const life = (await load('life.ts')) as {
    runExample: (example: unknown, context: MainJobContext) => Promise<MainJobResult>;
  };
  const module = (await load(join(example, 'example.ts'))) as { example: unknown };
  return life.runExample(module.example, context);
}
