import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../child.js';

/** A running server. It answers requests when the start function returns. */
export interface Server {
  name: string;
  pid: number;
  startedAt: string;
  /** Resolves when the process is gone, with the way it ended. */
  exited: Promise<string>;
  /** Stops the server in order, then by force. May be called twice. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Folder of the server's data; kept between starts. */
  dataDir: string;
  logFile: string;
  env: NodeJS.ProcessEnv;
  /**
   * Called as soon as the process exists, before it answers, so that a supervisor that dies now can find it again.
   */
  onSpawn?: (process: { pid: number; startedAt: string }) => void;
}

const tail = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
};

/** Ask until the server answers. If its process died, fail at once with the end of its log. */
export async function untilReady(
  name: string,
  child: Child,
  logFile: string,
  probe: () => Promise<unknown>,
  limitMs = 180_000, // a busy machine takes its time; one that died is noticed at once
): Promise<void> {
  let ended: string | undefined;
  void child.exited.then((how) => (ended = how));
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (ended !== undefined)
        throw new Error(
          `${name} ended while starting (${ended}). Its log ${logFile} says:\n${tail(logFile)}`,
        );
      if (Date.now() > end) {
        await child.stop('SIGKILL', 0);
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${name} did not answer within ${limitMs / 1000} s (${reason}); see ${logFile}`);
      }
    }
    await pause(30);
  }
}
