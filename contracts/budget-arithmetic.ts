import type { AccountFigures, Amount, Limits } from './budget.js';

/** The arithmetic of the ledger: pure, in whole units. Engine, client and tests do it the same way. */

const KINDS = ['gpuMs', 'cpuMs', 'moneyMicros'] as const satisfies (keyof Amount)[];
type Kind = (typeof KINDS)[number];

export const NOTHING: Amount = { gpuMs: 0, cpuMs: 0, moneyMicros: 0 };
export const UNLIMITED: Limits = { gpuMs: null, cpuMs: null, moneyMicros: null };

const HOUR_MS = 3_600_000;
const MICROS = 1_000_000;

const each = (value: (kind: Kind) => number): Amount => ({
  gpuMs: value('gpuMs'),
  cpuMs: value('cpuMs'),
  moneyMicros: value('moneyMicros'),
});
export const plus = (a: Amount, b: Amount): Amount => each((kind) => a[kind] + b[kind]);
export const minus = (a: Amount, b: Amount): Amount => each((kind) => a[kind] - b[kind]);

/** What an attempt holds while it runs, on all its nodes together, and what an hour of it costs. */
export interface Rate {
  gpus: number;
  cpus: number;
  /** Per GPU-hour and CPU-hour. */
  gpuHourMicros: number;
  cpuHourMicros: number;
}

/**
 * What holding `rate` for so long costs. What is held is paid, used or not: that is what a cluster bills, and it is
 * bounded before the job starts, which use is not. Never less for a longer time: a settlement within the time that was
 * reserved is within the reservation.
 */
export function costOf(rate: Rate, ms: number): Amount {
  const whole = Math.max(0, Math.ceil(ms));
  const gpuMs = rate.gpus * whole;
  const cpuMs = rate.cpus * whole;
  const moneyMicros = Math.ceil((gpuMs * rate.gpuHourMicros + cpuMs * rate.cpuHourMicros) / HOUR_MS);
  return { gpuMs, cpuMs, moneyMicros };
}

export type Verdict =
  | { kind: 'fits' }
  /** It fits once what runs now has settled for less than it might have cost. */
  | { kind: 'reserved' }
  /** It would not fit even if all that runs now cost nothing more. */
  | { kind: 'exhausted'; short: Kind[] };

/** May an account take a reservation of `wanted`? */
export function judge({ limits, settled, reserved }: AccountFigures, wanted: Amount): Verdict {
  const over = (used: Amount): Kind[] =>
    KINDS.filter((kind) => wanted[kind] > 0 && used[kind] + wanted[kind] > (limits[kind] ?? Infinity));
  const short = over(settled);
  if (short.length > 0) return { kind: 'exhausted', short };
  return over(plus(settled, reserved)).length > 0 ? { kind: 'reserved' } : { kind: 'fits' };
}

/**
 * The limits to ask for when an account is used up: each kind that is short grows by the first limit of the account, so
 * that one decision lets as much work go on as was planned at first, and by no less than what waits.
 */
export function proposal(
  { limits, settled }: AccountFigures,
  first: Limits,
  wanted: Amount,
): { limits: Limits; short: Kind[] } {
  const short = KINDS.filter(
    (kind) => wanted[kind] > 0 && settled[kind] + wanted[kind] > (limits[kind] ?? Infinity),
  );
  const grown = { ...limits };
  for (const kind of short) {
    const limit = limits[kind] ?? 0;
    grown[kind] = limit + Math.max(first[kind] ?? 0, settled[kind] + wanted[kind] - limit);
  }
  return { limits: grown, short };
}

/** Null in a kind that is not limited. */
export const leftOf = ({ limits, settled, reserved }: AccountFigures): Limits => {
  const left = (kind: Kind): number | null => {
    const limit = limits[kind];
    return limit === null ? null : Math.max(0, limit - settled[kind] - reserved[kind]);
  };
  return { gpuMs: left('gpuMs'), cpuMs: left('cpuMs'), moneyMicros: left('moneyMicros') };
};

/** Limits as people write them. */
export const limitsOf = (declared: {
  gpuHours?: number | undefined;
  cpuHours?: number | undefined;
  money?: number | undefined;
}): Limits => {
  const whole = (value: number | undefined, unit: number): number | null =>
    value === undefined ? null : Math.floor(value * unit);
  return {
    gpuMs: whole(declared.gpuHours, HOUR_MS),
    cpuMs: whole(declared.cpuHours, HOUR_MS),
    moneyMicros: whole(declared.money, MICROS),
  };
};

/** Hours and money of an amount or of limits. */
export const inHours = <V extends number | null>(value: Record<Kind, V>) => {
  const scaled = (v: V, unit: number): V => (v === null ? v : ((v / unit) as V));
  return {
    gpuHours: scaled(value.gpuMs, HOUR_MS),
    cpuHours: scaled(value.cpuMs, HOUR_MS),
    money: scaled(value.moneyMicros, MICROS),
  };
};

/** An amount in words: `2.500 GPU-hours, 40.000 CPU-hours, 12.50 money`; only what is limited or above nothing. */
export function say(value: Amount | Limits, limits: Limits = UNLIMITED): string {
  const { gpuHours, cpuHours, money } = inHours<number | null>(value);
  const shown = (number: number | null, kind: Kind): boolean =>
    number !== null && (number > 0 || limits[kind] !== null);
  const parts = [
    ...(shown(gpuHours, 'gpuMs') ? [`${gpuHours?.toFixed(3)} GPU-hours`] : []),
    ...(shown(cpuHours, 'cpuMs') ? [`${cpuHours?.toFixed(3)} CPU-hours`] : []),
    ...(shown(money, 'moneyMicros') ? [`${money?.toFixed(2)} money`] : []),
  ];
  return parts.join(', ') || 'nothing';
}
