import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, TimeRange } from './artifacts.js';
import { Metrics } from './evaluation.js';
import { MonitoringSpec, RetrainingSpec } from './spec/monitoring.js';

/** The version that is watched, and what its windows are compared with. */
export const MonitorTarget = z.strictObject({
  version: z.int().positive(),
  specDigest: Sha256,
  reference: ArtifactRef,
  features: z.array(z.string()).min(1),
});
export type MonitorTarget = z.infer<typeof MonitorTarget>;

/** One row of a window's record. */
export const WindowResult = z.strictObject({
  model: z.string(),
  version: z.int(),
  window: TimeRange,
  requests: z.int().nonnegative(),
  labelled: z.int().nonnegative(),
  labelRate: z.number().nullable(),
  metrics: Metrics,
  /** Column (or `score`) → PSI against the reference. */
  psi: z.record(z.string(), z.number()),
  exceeded: z
    .array(z.string())
    .describe('Columns (or `score`) over their threshold, and `quality` when it dropped.'),
  report: ArtifactRef.nullable(),
});
export type WindowResult = z.infer<typeof WindowResult>;

export const CloseWindowInput = z.strictObject({
  model: z.string(),
  target: MonitorTarget,
  window: TimeRange,
  monitoring: MonitoringSpec,
});
export type CloseWindowInput = z.infer<typeof CloseWindowInput>;

/** A version that serves since `since`, on the monitoring clock: windows that start then or later are its own. */
export const UpcomingTarget = z.strictObject({
  target: MonitorTarget,
  monitoring: MonitoringSpec,
  retraining: RetrainingSpec,
  since: Instant,
});
export type UpcomingTarget = z.infer<typeof UpcomingTarget>;

export const MonitorInput = z.strictObject({
  model: z.string(),
  target: MonitorTarget,
  monitoring: MonitoringSpec,
  retraining: RetrainingSpec,
  /** Start of the next window to close. */
  nextWindow: Instant,
  /** Highest event time heard of (clock `event`). */
  watermark: Instant.nullable().default(null),
  /** Newest windows, oldest first; what `consecutive` looks back on. */
  recent: z.array(WindowResult).default([]),
  closed: z.int().nonnegative().default(0),
  /** Rows seen since the last newData trigger. */
  rowsSinceTrigger: z.int().nonnegative().default(0),
  upcoming: UpcomingTarget.nullable().default(null),
});
export type MonitorInput = z.infer<typeof MonitorInput>;

/** Event time has reached `watermark`: windows that matured before it can close. */
export const observe = defineSignal<[{ watermark: string }]>('observe');
/** Another version serves now. */
export const retarget =
  defineSignal<[{ target: MonitorTarget; monitoring: MonitoringSpec; retraining: RetrainingSpec }]>(
    'retarget',
  );

export const MonitorHealth = z.strictObject({
  model: z.string(),
  version: z.int(),
  nextWindow: Instant,
  watermark: Instant.nullable(),
  closed: z.int(),
  recent: z.array(WindowResult),
  /** Why the next window cannot be closed; null when all is well. */
  problem: z.string().nullable(),
});
export type MonitorHealth = z.infer<typeof MonitorHealth>;
export const monitorHealth = defineQuery<MonitorHealth>('health');

/** What keeps a promoted version watched and retrained: started or redirected together. */
export const LoopInput = z.strictObject({
  model: z.string(),
  run: z.string(),
  specDigest: Sha256,
  target: MonitorTarget,
  monitoring: MonitoringSpec,
  retraining: RetrainingSpec,
  /** Start of the first window, when the monitor does not exist yet. */
  firstWindow: Instant,
});
export type LoopInput = z.infer<typeof LoopInput>;
