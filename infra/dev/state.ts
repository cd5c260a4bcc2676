import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from './identity.js';
import { writePrivate } from './private/private-files.js';

const Identity = z.object({ pid: z.int(), startedAt: z.string() });

const State = z.object({
  /** Chosen at the first start and kept, so that addresses in browsers and scripts stay valid. */
  ports: z.record(z.string(), z.int()),
  /** The variables with which a second terminal reaches the stack; read by `loadConfig`. */
  environment: z.record(z.string(), z.string()),
  /** Every process that the stack has started and that has not been seen to end. */
  processes: z.record(z.string(), Identity),
});
export type State = z.infer<typeof State>;

/**
 * The stack's state file, `stack.json`. It is complete on disk after each change, so that the next start finds all
 * processes.
 */
export interface StateFile {
  readonly state: Readonly<State>;
  setPorts(ports: Record<string, number>): void;
  setEnvironment(environment: Record<string, string>): void;
  hold(name: string, process: ProcessIdentity): void;
  drop(name: string): void;
}

export function openState(dataDir: string): StateFile {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'stack.json');
  let state = read(file);
  const change = (next: Partial<State>): void => {
    state = { ...state, ...next };
    writePrivate(file, `${JSON.stringify(state, null, 2)}\n`);
  };
  return {
    get state() {
      return state;
    },
    setPorts: (ports) => change({ ports }),
    setEnvironment: (environment) => change({ environment }),
    hold: (name, { pid, startedAt }) =>
      change({ processes: { ...state.processes, [name]: { pid, startedAt } } }),
    drop: (name) =>
      change({
        processes: Object.fromEntries(Object.entries(state.processes).filter(([key]) => key !== name)),
      }),
  };
}

function read(file: string): State {
  if (!existsSync(file)) return { ports: {}, environment: {}, processes: {} };
  try {
    return State.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} cannot be read as the record of a stack: remove it and run npm start again`, {
      cause,
    });
  }
}
