import { setTimeout as pause } from 'node:timers/promises';
import { endProcess } from './child.js';
import type { ProcessIdentity } from './identity.js';

/** A process that the stack keeps running: a server, a worker pool, the gateway. */
export interface Part {
  name: string;
  /** Resolves when the part answers. Rejects if it cannot start, and leaves nothing behind. */
  start(onSpawn: (process: ProcessIdentity) => void): Promise<RunningPart>;
}

export interface RunningPart extends ProcessIdentity {
  exited: Promise<string>;
  stop(): Promise<void>;
  /** The part's current work, in a few words. */
  activity?(): string;
}

export type PartState = 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped';

export interface PartStatus {
  name: string;
  state: PartState;
  pid: number | undefined;
  restarts: number;
  detail: string;
}

export interface PartEvents {
  spawned(name: string, process: ProcessIdentity): void;
  gone(name: string): void;
  /** Reports an event to people. */
  say(line: string): void;
}

export interface Supervised {
  /** Resolves when the part answers for the first time; rejects if its first start fails. */
  ready: Promise<void>;
  status(): PartStatus;
  stop(): Promise<void>;
}

const firstDelayMs = 250;
const longestDelayMs = 15_000;
const healthyMs = 30_000; // alive this long: the next failure is a new one

/** Start a part, and restart it whenever it ends. The delay grows with each restart that fails at once. */
export function supervise(part: Part, events: PartEvents): Supervised {
  const { name } = part;
  const stopping = new AbortController();
  let state: PartState = 'starting';
  let process: ProcessIdentity | undefined;
  let running: RunningPart | undefined;
  let restarts = 0;
  let [succeed, fail]: [() => void, (reason: unknown) => void] = [() => undefined, () => undefined];
  const ready = new Promise<void>((resolve, reject) => ([succeed, fail] = [resolve, reject]));
  ready.catch(() => undefined); // The error is reported to those who await `ready`; without them it must not end the process.

  const onSpawn = (spawned: ProcessIdentity): void => {
    process = spawned;
    events.spawned(name, spawned);
  };

  async function once(): Promise<string> {
    try {
      running = await part.start(onSpawn);
      if (stopping.signal.aborted) await running.stop();
      else {
        if (restarts > 0) events.say(`${name} runs again (pid ${running.pid})`);
        state = 'running';
        succeed();
      }
      return await running.exited;
    } finally {
      running = undefined;
      process = undefined;
      events.gone(name);
    }
  }

  async function keepRunning(): Promise<void> {
    let delayMs = firstDelayMs;
    while (!stopping.signal.aborted) {
      const begun = Date.now();
      let how: string;
      try {
        how = await once();
      } catch (error) {
        if (state === 'starting') {
          fail(error);
          return;
        }
        how = error instanceof Error ? error.message : String(error);
      }
      if (stopping.signal.aborted) return;
      if (Date.now() - begun > healthyMs) delayMs = firstDelayMs;
      state = 'restarting';
      events.say(`${name} ended (${how}); starting it again in ${delayMs / 1000} s`);
      await pause(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      restarts += 1;
    }
  }

  const loop = keepRunning();
  return {
    ready,
    status: () => ({ name, state, pid: process?.pid, restarts, detail: running?.activity?.() ?? '' }),
    stop: async () => {
      state = 'stopping';
      stopping.abort();
      if (running) await running.stop();
      else if (process) await endProcess(process, 'SIGTERM', 5_000); // still starting
      await loop;
      state = 'stopped';
      fail(new Error(`${name} was stopped`));
    },
  };
}
