import { z } from 'zod';
import { Instant } from './artifacts.js';

const units = z.int().nonnegative();

/** Amounts in whole units, so that sums are exact: milliseconds of GPU and CPU, millionths of the currency. */
export const Amount = z.object({ gpuMs: units, cpuMs: units, moneyMicros: units });
export type Amount = z.infer<typeof Amount>;

/** Null means no limit. */
export const Limits = z.object({
  gpuMs: units.nullable(),
  cpuMs: units.nullable(),
  moneyMicros: units.nullable(),
});
export type Limits = z.infer<typeof Limits>;

/** The state of an account. `settled` is paid; `reserved` is the most that running attempts may still cost. */
export const AccountFigures = z.object({
  account: z.string().min(1),
  /** Increased by every change of the limits. */
  generation: z.int().positive(),
  limits: Limits,
  settled: Amount,
  reserved: Amount,
});
export type AccountFigures = z.infer<typeof AccountFigures>;

/** A job that is not dispatched yet, with the reason. It holds no worker slot and has no row in the jobs table. */
export const Parked = z.object({
  /**
   * `budget`: its account is exhausted; `reserved`: it will fit when running jobs settle; `capacity`: its pool is
   * full.
   */
  why: z.enum(['budget', 'reserved', 'capacity']),
  /** Name of the account or pool. */
  at: z.string(),
  /** Generation of the account's limits; 0 for a pool. */
  generation: z.int().nonnegative(),
  /** True when the account belongs to this lifecycle alone. */
  own: z.boolean(),
  /** A sentence with the figures and the remedy. */
  reason: z.string(),
});
export type Parked = z.infer<typeof Parked>;

/** An account for people and scripts, in hours and money. Null means no limit. */
const figures = z.object({ gpuHours: z.number(), cpuHours: z.number(), money: z.number() });
export const AccountView = z.object({
  account: z.string(),
  limit: z.object({
    gpuHours: z.number().nullable(),
    cpuHours: z.number().nullable(),
    money: z.number().nullable(),
  }),
  settled: figures,
  reserved: figures,
  left: z.object({
    gpuHours: z.number().nullable(),
    cpuHours: z.number().nullable(),
    money: z.number().nullable(),
  }),
  /** Number of jobs that are parked because of it. */
  waiting: z.int(),
  /** Status of the last request to extend it; null if there was none. */
  request: z.string().nullable(),
});
export type AccountView = z.infer<typeof AccountView>;

export const LedgerEntryView = z.object({
  id: z.int(),
  account: z.string(),
  jobKey: z.string(),
  kind: z.enum(['reserve', 'release', 'settle', 'correct']),
  gpuSeconds: z.number(),
  cpuSeconds: z.number(),
  money: z.number(),
  /** True when the spend was estimated from beats, because the backend keeps no record. */
  estimated: z.boolean(),
  at: Instant,
});
export type LedgerEntryView = z.infer<typeof LedgerEntryView>;

export const PriceView = z.object({
  backend: z.string(),
  /** Empty for all kinds without a price of their own. */
  gpuType: z.string(),
  gpuHour: z.number(),
  cpuHour: z.number(),
  setBy: z.string(),
  since: Instant,
});
export type PriceView = z.infer<typeof PriceView>;

/** A pool for people and scripts. */
export const PoolView = z.object({
  name: z.string(),
  backend: z.string(),
  /** Empty for all kinds without a pool of their own. */
  gpuType: z.string(),
  gpus: z.number().nullable(),
  jobs: z.number().nullable(),
  busyGpus: z.number(),
  busyJobs: z.number(),
  waiting: z.number(),
  /**
   * `usedSeconds`: recent GPU-seconds, or slot-seconds of jobs without GPUs. Their weight halves with each day of
   * age.
   */
  teams: z.array(
    z.object({
      team: z.string(),
      weight: z.number(),
      running: z.number(),
      waiting: z.number(),
      usedSeconds: z.number(),
    }),
  ),
});
export type PoolView = z.infer<typeof PoolView>;
