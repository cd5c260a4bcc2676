import { defineQuery, defineSignal } from './messages.js';
import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, TimeRange } from './artifacts.js';
import { Metrics } from './evaluation.js';
import { Problem } from './problems/index.js';
import { Signature } from './signature.js';
import { MonitoringSpec, RetrainingSpec } from './spec/monitoring.js';
import { passedOn, tolerant } from './wire.js';

/** The watched version, and the reference for its windows. */
export const MonitorTarget = passedOn({
  version: z.int().positive(),
  specDigest: Sha256,
  reference: ArtifactRef,
  features: z.array(z.string()).min(1),
  /** Types of the features. Absent: all are float32. */
  signature: Signature.optional(),
  /** Absent: binary classification. */
  problem: Problem.optional(),
});
export type MonitorTarget = z.infer<typeof MonitorTarget>;

/** Entry of `exceeded` for a drop of the watched metric. Every other entry is a column, or `score`. */
export const QUALITY = 'quality';

/** A value of a text or boolean column that only the window has (new) or only the reference has (vanished). */
const DriftedValue = z.object({
  value: z.string(),
  /** Share of the window's rows for a new value, of the reference's rows for a vanished one, 0–1. */
  share: z.number(),
});
export const DriftedValues = z.object({ new: z.array(DriftedValue), vanished: z.array(DriftedValue) });
export type DriftedValues = z.infer<typeof DriftedValues>;

/** Rows and labels that a window was closed without, because they cannot be read or are impossible for the problem. */
export const SetAside = z.object({
  /** Rows of the request log. */
  rows: z.int().nonnegative(),
  labels: z.int().nonnegative(),
  /** The most frequent reasons, with their rows and labels. */
  reasons: z.array(z.object({ reason: z.string(), rows: z.int() })),
  /** A Parquet table of them: segment, inference id, event time, reason. */
  table: ArtifactRef,
});
export type SetAside = z.infer<typeof SetAside>;

/** In words: `3 rows and 1 label set aside`. Empty when nothing was. */
export function setAsideText(aside: Pick<SetAside, 'rows' | 'labels'> | undefined): string {
  const parts = [[aside?.rows ?? 0, 'row'] as const, [aside?.labels ?? 0, 'label'] as const].flatMap(
    ([n, noun]) => (n === 0 ? [] : [`${n} ${noun}${n === 1 ? '' : 's'}`]),
  );
  return parts.length === 0 ? '' : `${parts.join(' and ')} set aside`;
}

/** The record of one window. */
export const WindowResult = z.object({
  model: z.string(),
  version: z.int(),
  window: TimeRange,
  requests: z.int().nonnegative(),
  labelled: z.int().nonnegative(),
  labelRate: z.number().nullable(),
  metrics: Metrics,
  /** Column (or `score`) → PSI against the reference. */
  psi: z.record(z.string(), z.number()),
  /** Text or boolean column → values that came or went. A column without such values is absent. */
  values: z.record(z.string(), DriftedValues).optional(),
  exceeded: z
    .array(z.string())
    .describe('Columns (or `score`) over their threshold, and `quality` when it dropped.'),
  /** Why the watched metric is unknown although the window has enough labels. Absent: it is known, or labels are few. */
  unmeasured: z.string().optional(),
  /** Absent: nothing was set aside. */
  setAside: SetAside.optional(),
  report: ArtifactRef.nullable(),
});
export type WindowResult = z.infer<typeof WindowResult>;

export const CloseWindowInput = z.object({
  model: z.string(),
  target: MonitorTarget,
  window: TimeRange,
  monitoring: tolerant(MonitoringSpec),
});
export type CloseWindowInput = z.infer<typeof CloseWindowInput>;

/** A version that serves since `since` on the monitoring clock. Windows that start then or later belong to it. */
export const UpcomingTarget = passedOn({
  target: MonitorTarget,
  monitoring: tolerant(MonitoringSpec),
  retraining: tolerant(RetrainingSpec),
  since: Instant,
});
export type UpcomingTarget = z.infer<typeof UpcomingTarget>;

export const MonitorInput = passedOn({
  model: z.string(),
  target: MonitorTarget,
  monitoring: tolerant(MonitoringSpec),
  retraining: tolerant(RetrainingSpec),
  /** Start of the next window to close. */
  nextWindow: Instant,
  /** Highest reported event time (only for clock `event`). */
  watermark: Instant.nullable().default(null),
  /** Newest windows, oldest first, for the rule `consecutive`. */
  recent: z.array(WindowResult).default([]),
  closed: z.int().nonnegative().default(0),
  /** Number of rows since the last newData trigger. */
  rowsSinceTrigger: z.int().nonnegative().default(0),
  upcoming: UpcomingTarget.nullable().default(null),
});
export type MonitorInput = z.infer<typeof MonitorInput>;

/**
 * Event time has reached `watermark`, so windows that matured before it can close. One that leaps by more than
 * `MAX_LEAP_DAYS` is ignored unless `leap` says that it is meant.
 */
export const Observed = z.object({ watermark: Instant, leap: z.boolean().optional() });
export const observe = defineSignal<[{ watermark: string; leap?: boolean }]>('observe');
/** Another version serves from now on. */
export const retarget =
  defineSignal<[{ target: MonitorTarget; monitoring: MonitoringSpec; retraining: RetrainingSpec }]>(
    'retarget',
  );

export const MonitorHealth = z.object({
  model: z.string(),
  version: z.int(),
  nextWindow: Instant,
  /** When the next window can be closed, on the clock that the spec names. Absent: the worker is of an earlier version. */
  dueAt: Instant.optional(),
  watermark: Instant.nullable(),
  closed: z.int(),
  recent: z.array(WindowResult),
  /** Why the next window cannot be closed; null if it can. */
  problem: z.string().nullable(),
});
export type MonitorHealth = z.infer<typeof MonitorHealth>;
export const monitorHealth = defineQuery<MonitorHealth>('health');

/** Starts or redirects the monitor and the retraining controller of a promoted version together. */
export const LoopInput = z.object({
  model: z.string(),
  run: z.string(),
  specDigest: Sha256,
  target: MonitorTarget,
  monitoring: tolerant(MonitoringSpec),
  retraining: tolerant(RetrainingSpec),
  /** Start of the first window, used if the monitor does not exist yet. */
  firstWindow: Instant,
});
export type LoopInput = z.infer<typeof LoopInput>;
