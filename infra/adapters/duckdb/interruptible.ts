import type { DuckDBConnection } from '@duckdb/node-api';

/** An interrupt that arrives between two statements is lost, so it is repeated until the work has ended. */
const REPEAT_MS = 50;

/** The work ran longer than it may. */
export class TimeLimitExceeded extends Error {}

/**
 * Run statements on a connection so that a time limit or an abort ends the one that runs, from a timer: the statement
 * itself holds another thread.
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
