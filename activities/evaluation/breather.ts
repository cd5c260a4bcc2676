import { setImmediate } from 'node:timers/promises';

/** Longest stretch of arithmetic without a pause. A heartbeat is lost after 30 seconds. */
const STRETCH_MS = 50;

/**
 * Makes a function that long arithmetic awaits between its steps: from time to time it lets timers and messages have their
 * turn, so that heartbeats are sent and a cancellation is heard.
 */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < STRETCH_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
