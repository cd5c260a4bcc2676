import { setTimeout as sleep } from 'node:timers/promises';
import { MainspringFailure } from '../contracts/failures.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The object store was unreachable for the lease time. */
export class StoreUnreachable extends Error {}

/**
 * Repeat until the object store answers. Training goes on meanwhile.
 *
 * @param forMs give up after this time
 * @throws StoreUnreachable
 */
export async function retrying<T>(what: string, forMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      // No repetition mends one of ours: an object is gone, or is not what it was.
      if (error instanceof MainspringFailure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (Date.now() + pauseMs > until) throw new StoreUnreachable(`${what}: ${why}`, { cause: error });
      await sleep(pauseMs);
    }
  }
}
