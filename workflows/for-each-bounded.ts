import { CancellationScope } from '@temporalio/workflow';

/**
 * Run `work` for every item, at most `parallel` at a time. After the first error no further item starts; the error
 * is thrown once the running items have ended.
 */
export async function forEachBounded<T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let problem: { error: unknown } | undefined;
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const lane = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined && !problem; item = waiting.shift()) {
        try {
          await work(item);
        } catch (error) {
          if (!problem) {
            problem = { error };
            scope.cancel();
          }
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, lane));
  });
  if (problem) throw problem.error;
}
