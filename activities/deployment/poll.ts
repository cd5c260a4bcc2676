import { Context } from '@temporalio/activity';

/** Interval of the questions. Gateways report once a second, so a shorter one shows nothing new. */
const EVERY_MS = 250;

/**
 * Ask repeatedly until the answer is news or the patience ends, with a heartbeat at every question.
 *
 * @returns the newest answer in both cases
 */
export async function poll<T>(
  ask: () => Promise<T>,
  { worthTelling, patienceMs }: { worthTelling: (answer: T) => boolean; patienceMs: number },
): Promise<T> {
  const context = Context.current();
  const end = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (worthTelling(answer) || performance.now() >= end) return answer;
    context.heartbeat(answer);
    // Rejects when the activity is cancelled.
    await context.sleep(EVERY_MS);
  }
}
