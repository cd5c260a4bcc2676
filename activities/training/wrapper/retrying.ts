import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The object store could not be reached for the lease time. */
export class StoreUnreachable extends Error {}

/** Engine failures that no repetition mends: an object is gone, or is not what it was. */
const isTerminal = (error: unknown): boolean => error instanceof Error && 'nonRetryable' in error;

/**
 * Repeat until the store answers: while it is down, training goes on.
 *
 * @param forMs give up after this long
 * @throws StoreUnreachable
 */
export async function retrying<T>(what: string, forMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (isTerminal(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (Date.now() + pauseMs > until) throw new StoreUnreachable(`${what}: ${why}`, { cause: error });
      await sleep(pauseMs);
    }
  }
}
