import type { Duration } from '@temporalio/common';
import { CancellationScope, patched, sleep } from '@temporalio/workflow';

/**
 * Run work that a cancel must not interrupt at once, such as a compensation. After a cancel of the surrounding scope the work
 * has `patience` left. Then it is cancelled too, and this throws the cancellation: a run must end, even if a store is away.
 */
export function settleWithin<T>(patience: Duration, work: () => Promise<T>): Promise<T> {
  const surrounding = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const settling = new CancellationScope();
    const waiting = new CancellationScope();
    const tooLate = surrounding.cancelRequested.catch(async (cancellation: unknown): Promise<never> => {
      // A history of an earlier version has no timer here.
      if (!patched('settles-in-time')) return new Promise<never>(() => undefined);
      await waiting.run(() => sleep(patience, { summary: 'to settle what was begun' }));
      settling.cancel();
      throw cancellation;
    });
    try {
      return await Promise.race([settling.run(work), tooLate]);
    } finally {
      waiting.cancel();
    }
  });
}
