import type { AccountFigures, Amount, Limits } from './budget.js';

/** The arithmetic of the ledger: pure, in whole units, shared by engine, client and tests. */

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

/** The resources that an attempt holds on all its nodes together, and their price per hour. */
export interface Rate {
  gpus: number;
  cpus: number;
  /** Price of one GPU-hour and of one CPU-hour. */
  gpuHourMicros: number;
  cpuHourMicros: number;
}

/**
 * Cost of holding `rate` for some time. Held resources are paid, used or not: clusters bill them so, and unlike use
 * they are known before the job starts. The cost never falls with time, so a settlement within the reserved time
 * stays within the reservation.
 */
export function costOf(rate: Rate, ms: number): Amount {
  const whole = Math.max(0, Math.ceil(ms));
  const gpuMs = rate.gpus * whole;
  const cpuMs = rate.cpus * whole;
  const moneyMicros = Math.ceil((gpuMs * rate.gpuHourMicros + cpuMs * rate.cpuHourMicros) / HOUR_MS);
  return { gpuMs, cpuMs, moneyMicros };
}

/** Whether an account has room for an amount. */
export type Room =
  | { kind: 'fits' }
  /** It will fit once running jobs have settled for less than their reservation. */
  | { kind: 'reserved' }
  /** It would not fit even if running jobs cost nothing. */
  | { kind: 'exhausted'; lacking: Kind[] };

/** Tells if an account has room for a reservation of `wanted`. */
export function roomFor({ limits, settled, reserved }: AccountFigures, wanted: Amount): Room {
  const over = (used: Amount): Kind[] =>
    KINDS.filter((kind) => wanted[kind] > 0 && used[kind] + wanted[kind] > (limits[kind] ?? Infinity));
  const lacking = over(settled);
  if (lacking.length > 0) return { kind: 'exhausted', lacking };
  return over(plus(settled, reserved)).length > 0 ? { kind: 'reserved' } : { kind: 'fits' };
}

/**
 * The limits to ask for when an account is exhausted. Each exhausted kind grows by the account's first limit, so
 * that one decision allows as much work as was first planned, and at least by the amount of the waiting jobs.
 */
export function proposal(
  { limits, settled }: AccountFigures,
  first: Limits,
  wanted: Amount,
): { limits: Limits; lacking: Kind[] } {
  const lacking = KINDS.filter(
    (kind) => wanted[kind] > 0 && settled[kind] + wanted[kind] > (limits[kind] ?? Infinity),
  );
  const grown = { ...limits };
  for (const kind of lacking) {
    const limit = limits[kind] ?? 0;
    grown[kind] = limit + Math.max(first[kind] ?? 0, settled[kind] + wanted[kind] - limit);
  }
  return { limits: grown, lacking };
}

/** The rest of each resource; null for a resource without a limit. */
export const leftOf = ({ limits, settled, reserved }: AccountFigures): Limits => {
  const left = (kind: Kind): number | null => {
    const limit = limits[kind];
    return limit === null ? null : Math.max(0, limit - settled[kind] - reserved[kind]);
  };
  return { gpuMs: left('gpuMs'), cpuMs: left('cpuMs'), moneyMicros: left('moneyMicros') };
};

/** Limits from the units that people write. */
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

/**
 * An amount in words, e.g. `2.500 GPU-hours, 40.000 CPU-hours, 12.50 money`. Kinds that are neither limited nor
 * above zero are left out.
 */
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
