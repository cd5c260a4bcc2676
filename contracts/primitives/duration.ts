import { z } from 'zod';

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof MS;

const FORM = /^(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d|w)$/;

/** Fifty years. An instant of today plus this is one that timers, dates and databases can hold. */
const LONGEST = '2600w';

/** A duration in milliseconds. @throws RangeError when the text is none */
export function durationMs(duration: string): number {
  const [, amount, unit] = FORM.exec(duration) ?? [];
  if (amount === undefined) throw new RangeError(`"${duration}" is not a duration such as 30s, 6h or 7d`);
  return Number(amount) * MS[unit as Unit];
}

/** A span of time from `least` to `most`, both written as durations. */
export function duration(least: string, most = LONGEST) {
  const rule = `a number with a unit of ms, s, m, h, d or w, such as 30s, 6h or 7d, from ${least} to ${most}`;
  const [from, to] = [durationMs(least), durationMs(most)];
  return z
    .string(rule)
    .regex(FORM, rule)
    .refine((text) => !FORM.test(text) || (durationMs(text) >= from && durationMs(text) <= to), rule);
}

/** A span of time that may be nothing, e.g. `0s`, `15m`, `7d`. */
export const Duration = duration('0s');

/** A span of time in which something happens: nothing would be a slip. */
export const PositiveDuration = duration('1ms');
