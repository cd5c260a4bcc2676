/** A request that hangs must not keep an attempt from ending. */
const HANGING_MS = 30_000;

/** Wait for work, but not for ever. */
export const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms + HANGING_MS).unref())]);

/**
 * Does some work at every beat, beside the beat itself: a slow upload must not delay a sign of life. What fails is tried
 * again at the next beat.
 */
export function startReporter(work: () => Promise<void>, everyMs: number): { stop: () => Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  const next = (): void => {
    timer = setTimeout(() => {
      working = work()
        .catch(() => undefined)
        .then(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return {
    /** Waits for the work that is on its way. */
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await within(0, working);
    },
  };
}
