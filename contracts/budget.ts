import { z } from 'zod';
import { Instant } from './artifacts.js';

const units = z.int().nonnegative();

/** What is counted, in whole units so that sums are exact: GPU and CPU milliseconds, millionths of the currency. */
export const Amount = z.strictObject({ gpuMs: units, cpuMs: units, moneyMicros: units });
export type Amount = z.infer<typeof Amount>;

/** Null: not limited. */
export const Limits = z.strictObject({
  gpuMs: units.nullable(),
  cpuMs: units.nullable(),
  moneyMicros: units.nullable(),
});
export type Limits = z.infer<typeof Limits>;

/** An account as it stands. `settled` is paid, `reserved` is what running attempts may still cost at most. */
export const AccountFigures = z.strictObject({
  account: z.string().min(1),
  /** Goes up by one with every change of the limits. */
  generation: z.int().positive(),
  limits: Limits,
  settled: Amount,
  reserved: Amount,
});
export type AccountFigures = z.infer<typeof AccountFigures>;

/** A job that is not dispatched yet, and why. It holds no worker slot and no row of the jobs table. */
export const Parked = z.strictObject({
  /** `budget`: its account is used up; `reserved`: it will fit when others settle; `capacity`: its pool is full. */
  why: z.enum(['budget', 'reserved', 'capacity']),
  /** Account or pool. */
  at: z.string(),
  /** Of the account's limits; 0 for a pool. */
  generation: z.int().nonnegative(),
  /** The account belongs to this lifecycle alone. */
  own: z.boolean(),
  /** A sentence with the figures, and what to do. */
  reason: z.string(),
});
export type Parked = z.infer<typeof Parked>;

/** One account, for people and scripts. Hours and money; null is no limit. */
const figures = z.strictObject({ gpuHours: z.number(), cpuHours: z.number(), money: z.number() });
export const AccountView = z.strictObject({
  account: z.string(),
  limit: z.strictObject({
    gpuHours: z.number().nullable(),
    cpuHours: z.number().nullable(),
    money: z.number().nullable(),
  }),
  settled: figures,
  reserved: figures,
  left: z.strictObject({
    gpuHours: z.number().nullable(),
    cpuHours: z.number().nullable(),
    money: z.number().nullable(),
  }),
  /** Jobs that are parked on it. */
  waiting: z.int(),
  /** Of the last request to extend it; null when there was none. */
  request: z.string().nullable(),
});
export type AccountView = z.infer<typeof AccountView>;

export const LedgerEntryView = z.strictObject({
  id: z.int(),
  account: z.string(),
  jobKey: z.string(),
  kind: z.enum(['reserve', 'release', 'settle', 'correct']),
  gpuSeconds: z.number(),
  cpuSeconds: z.number(),
  money: z.number(),
  /** Not from the backend's own record: from the beats. */
  estimated: z.boolean(),
  at: Instant,
});
export type LedgerEntryView = z.infer<typeof LedgerEntryView>;

export const PriceView = z.strictObject({
  backend: z.string(),
  /** Empty: of every kind without a price of its own. */
  gpuType: z.string(),
  gpuHour: z.number(),
  cpuHour: z.number(),
  setBy: z.string(),
  since: Instant,
});
export type PriceView = z.infer<typeof PriceView>;

/** One pool, for people and scripts. */
export interface PoolView {
  name: string;
  backend: string;
  /** Empty: of every kind without a pool of its own. */
  gpuType: string;
  gpus: number | null;
  jobs: number | null;
  busyGpus: number;
  busyJobs: number;
  waiting: number;
  /** `usedSeconds`: GPU-seconds, or slot-seconds of jobs without GPUs, of late; what is a day old counts half. */
  teams: { team: string; weight: number; running: number; waiting: number; usedSeconds: number }[];
}
