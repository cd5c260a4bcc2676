/** Clocks of machines differ by less than this. */
const SLACK_MS = 86_400_000;

/**
 * False for an instant that lies more than a day ahead of now. Event time lies in the past; a clock that only goes forward could
 * never be brought back from a slip.
 *
 * @param now milliseconds since 1970
 */
export const isNotAhead = (instant: string, now: number): boolean => Date.parse(instant) <= now + SLACK_MS;
