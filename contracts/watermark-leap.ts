/** A longer leap of event time is more likely a wrong year: it closes all windows between, for good. */
export const MAX_LEAP_DAYS = 180;
const DAY_MS = 86_400_000;

/** What a monitor knows of event time, as instants. */
export interface KnownTime {
  /** Start of the next window. */
  nextWindow: string;
  /** When the next window can be closed. Default: `nextWindow` */
  dueAt?: string | undefined;
  /** Newest event time that it was told. */
  watermark: string | null;
}

/** Why a watermark leaps too far to be meant; undefined if it does not. */
export function leapFault(
  watermark: string,
  { nextWindow, dueAt, watermark: known }: KnownTime,
): string | undefined {
  // A monitor whose next window cannot be closed still hears how time goes on.
  const [from, what] =
    known !== null && Date.parse(known) > Date.parse(dueAt ?? nextWindow)
      ? [known, 'the newest watermark']
      : [dueAt ?? nextWindow, 'when the next window can be closed'];
  const days = Math.floor((Date.parse(watermark) - Date.parse(from)) / DAY_MS);
  if (days <= MAX_LEAP_DAYS) return undefined;
  return `watermark ${watermark} is ${days} days after ${from}, ${what}; at most ${MAX_LEAP_DAYS} are taken at once`;
}
