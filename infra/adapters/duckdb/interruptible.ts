import type { DuckDBConnection } from '@duckdb/node-api';

/** Interval of repeated interrupts: an interrupt between two statements has no effect. */
const REPEAT_MS = 50;

/** The work exceeded its time limit. */
export class TimeLimitExceeded extends Error {}

/**
 * Run statements on a connection under a time limit and an abort signal. Either interrupts the running statement
 * from a timer, because the statement itself runs in another thread.
 *
 * @throws TimeLimitExceeded, or the reason of the signal
 */
export async function interruptible<T>(
  connection: DuckDBConnection,
  { timeMs, signal }: { timeMs?: number; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const startedAt = performance.now();
  const overdue = (): boolean => timeMs !== undefined && performance.now() - startedAt >= timeMs;
  const timer = setInterval(() => {
    if (signal.aborted || overdue()) connection.interrupt();
  }, REPEAT_MS);
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    if (overdue()) throw new TimeLimitExceeded(`longer than ${timeMs ?? 0} ms`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
