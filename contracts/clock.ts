/**
 * Largest difference between the clocks of two machines that is taken for right. A worker whose clock differs by more takes
 * no work.
 */
export const CLOCK_BOUND_MS = 60_000;

/** A server that a process has asked for its time. */
export interface ClockReading {
  server: string;
  /** Time of the process less the time of the server: above 0 if the process is ahead. */
  aheadMs: number;
}

/**
 * `off`: every server that answered says that the clock of the process is wrong, and in which direction.
 * `split`: the servers contradict one another, so one of them is wrong.
 */
export type ClockVerdict =
  { kind: 'right' } | { kind: 'off'; aheadMs: number; detail: string } | { kind: 'split'; detail: string };

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A time span in words, in the largest unit that it fills, e.g. `1.5 hours`. */
function span(ms: number): string {
  const tenths = (size: number): number => Math.round((ms / size) * 10) / 10;
  const [unit, size] = UNITS.find(([, one]) => tenths(one) >= 1) ?? UNITS[3];
  const count = tenths(size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `1.5 hours ahead of PostgreSQL` */
export const aheadOf = ({ server, aheadMs }: ClockReading): string =>
  `${span(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} ${server}`;

/** @param readings one of each server that answered; none proves nothing */
export function judgeClock(readings: readonly ClockReading[]): ClockVerdict {
  const wrong = readings.filter(({ aheadMs }) => Math.abs(aheadMs) > CLOCK_BOUND_MS);
  const [first] = wrong;
  if (first === undefined) return { kind: 'right' };
  const detail = wrong.map(aheadOf).join(', ');
  const agree = wrong.every(({ aheadMs }) => Math.abs(aheadMs - first.aheadMs) <= CLOCK_BOUND_MS);
  return wrong.length === readings.length && agree
    ? { kind: 'off', aheadMs: first.aheadMs, detail }
    : { kind: 'split', detail };
}
