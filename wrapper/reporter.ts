/** Longest wait for a request at the end of an attempt. */
const HANGING_MS = 30_000;

/** Wait for `work`, but at most `ms`. */
export const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms + HANGING_MS).unref())]);

/**
 * Does work at every beat, independently of the beat itself: a slow upload must not delay a sign of life. Failed
 * work is repeated at the next beat.
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
    /** Waits for work that is under way. */
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await within(0, working);
    },
  };
}
