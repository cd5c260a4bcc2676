import { defineQuery, defineSignal, defineUpdate } from './messages.js';
import { z } from 'zod';
import { Instant, Sha256 } from './artifacts.js';
import { RetrainingSpec } from './spec/monitoring.js';
import { passedOn, tolerant } from './wire.js';

export const TriggerKind = z.enum(['schedule', 'newData', 'drift', 'quality', 'manual']);
export type TriggerKind = z.infer<typeof TriggerKind>;

/** A reason to retrain. A repeated id is the same trigger. */
export const Trigger = z.object({
  id: z.string().min(1).max(200),
  kind: TriggerKind,
  /** On the monitoring clock. Null for a Temporal Schedule: the newest instant that the controller knows. */
  at: Instant.nullable(),
  detail: z.string(),
  /** The version whose windows raised it. Absent: it is about no version. */
  version: z.int().positive().optional(),
});
export type Trigger = z.infer<typeof Trigger>;

/** The answer to a trigger. Refused triggers are recorded too, with the reason. */
export const TriggerRecord = z.object({
  ...Trigger.shape,
  at: Instant,
  verdict: z.enum(['fired', 'refused']),
  reason: z.string(),
  run: z.string().nullable(),
});
export type TriggerRecord = z.infer<typeof TriggerRecord>;

export const RetrainingInput = passedOn({
  model: z.string(),
  specDigest: Sha256,
  spec: tolerant(RetrainingSpec),
  startedBy: z.string().default('retraining'),
  /** The version that was promoted last. Absent: not known. */
  champion: z.int().positive().optional(),
  /** Newest instant of the monitoring clock. */
  now: Instant,
  /** Time at which the last retraining was started. */
  lastFiredAt: Instant.nullable().default(null),
  inFlight: z.object({ run: z.string(), since: Instant }).nullable().default(null),
  /** Newest records, oldest first; bounded. */
  log: z.array(TriggerRecord).default([]),
  /** Ids of the newest triggers, for deduplication; bounded. */
  seen: z.array(z.string()).default([]),
  handled: z.int().nonnegative().default(0),
  /** Triggers that have arrived and are not decided yet. */
  pending: z.array(Trigger).default([]),
});
export type RetrainingInput = z.infer<typeof RetrainingInput>;

export const RecordTriggerInput = z.object({ model: z.string(), record: TriggerRecord });
export type RecordTriggerInput = z.infer<typeof RecordTriggerInput>;

export const LifecycleRef = z.object({ model: z.string(), run: z.string() });
export type LifecycleRef = z.infer<typeof LifecycleRef>;

export const ScheduledTriggerInput = z.object({ model: z.string() });
export type ScheduledTriggerInput = z.infer<typeof ScheduledTriggerInput>;

/** The spec that a controller follows from now on. */
export const ConfigureRetraining = z.object({
  specDigest: Sha256,
  spec: tolerant(RetrainingSpec),
  /** The version that this spec belongs to, which is the champion now. Absent: not known. */
  version: z.int().positive().optional(),
});
export type ConfigureRetraining = z.infer<typeof ConfigureRetraining>;

export const trigger = defineSignal<[Trigger]>('trigger');
/** The monitoring clock has reached `now`, the end of the last closed window. */
export const MonitoringClock = z.object({ now: Instant });
export const monitoringClock = defineSignal<[{ now: string }]>('clock');
export const configureRetraining = defineUpdate<
  RetrainingSpec,
  [{ specDigest: string; spec: RetrainingSpec; version?: number }]
>('configure');
export const retrainingLog = defineQuery<{ inFlight: string | null; now: string; log: TriggerRecord[] }>(
  'log',
);
