import { z } from 'zod';

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A span of time with its unit, e.g. `30s`, `15m`, `6h`, `7d`, `4w`. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'a number with a unit of ms, s, m, h, d or w, such as 30s, 6h or 7d');

/** Milliseconds of a `Duration`. */
export function durationMs(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(duration);
  if (!match) throw new RangeError(`"${duration}" is not a duration such as 30s, 6h or 7d`);
  return Number(match[1]) * MS[match[2] as keyof typeof MS];
}

/** A share of a whole: `5%` or a number from 0 to 1. */
export const Fraction = z.union([
  z.number().min(0).max(1),
  z.string().regex(/^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, 'a percentage such as 5% or a number from 0 to 1'),
]);

/** 0–1 of a `Fraction`. */
export const fractionOf = (value: string | number): number =>
  typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100;

/** An amount of memory, e.g. `512MiB`, `2GiB`. */
export const Bytes = z
  .string()
  .regex(/^\d+(\.\d+)?(B|KiB|MiB|GiB|TiB)$/, 'a number with a unit of B, KiB, MiB, GiB or TiB, such as 2GiB');

export function bytesOf(size: string): number {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/.exec(size);
  if (!match) throw new RangeError(`"${size}" is not a size such as 512MiB or 2GiB`);
  return Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
}

/** A column or input name as SQL takes it unquoted. */
export const Identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a letter or underscore, then letters, digits and underscores');
