import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { z } from 'zod';
import { Instant, Sha256 } from './artifacts.js';
import { RetrainingSpec } from './spec/monitoring.js';

export const TriggerKind = z.enum(['schedule', 'newData', 'drift', 'quality', 'manual']);
export type TriggerKind = z.infer<typeof TriggerKind>;

/** A reason to retrain. The same id twice is one trigger. */
export const Trigger = z.strictObject({
  id: z.string().min(1).max(200),
  kind: TriggerKind,
  /** On the monitoring clock; null (a Temporal Schedule): the newest instant that the controller knows. */
  at: Instant.nullable(),
  detail: z.string(),
});
export type Trigger = z.infer<typeof Trigger>;

/** What became of a trigger; refused ones are recorded too, with the reason. */
export const TriggerRecord = z.strictObject({
  ...Trigger.shape,
  at: Instant,
  verdict: z.enum(['fired', 'refused']),
  reason: z.string(),
  run: z.string().nullable(),
});
export type TriggerRecord = z.infer<typeof TriggerRecord>;

export const RetrainingInput = z.strictObject({
  model: z.string(),
  specDigest: Sha256,
  spec: RetrainingSpec,
  startedBy: z.string().default('retraining'),
  /** Newest instant of the monitoring clock. */
  now: Instant,
  /** When the last retraining fired. */
  lastFiredAt: Instant.nullable().default(null),
  inFlight: z.strictObject({ run: z.string(), since: Instant }).nullable().default(null),
  /** Newest records, oldest first; bounded. */
  log: z.array(TriggerRecord).default([]),
  /** Ids of the newest triggers, for deduplication; bounded. */
  seen: z.array(z.string()).default([]),
  handled: z.int().nonnegative().default(0),
  /** Triggers that came and are not yet decided. */
  pending: z.array(Trigger).default([]),
});
export type RetrainingInput = z.infer<typeof RetrainingInput>;

export const RecordTriggerInput = z.strictObject({ model: z.string(), record: TriggerRecord });
export type RecordTriggerInput = z.infer<typeof RecordTriggerInput>;

export const LifecycleRef = z.strictObject({ model: z.string(), run: z.string() });
export type LifecycleRef = z.infer<typeof LifecycleRef>;

export const ScheduledTriggerInput = z.strictObject({ model: z.string() });
export type ScheduledTriggerInput = z.infer<typeof ScheduledTriggerInput>;

export const trigger = defineSignal<[Trigger]>('trigger');
/** The monitoring clock has reached `now`: the end of the last closed window. */
export const monitoringClock = defineSignal<[{ now: string }]>('clock');
export const configureRetraining = defineUpdate<
  RetrainingSpec,
  [{ specDigest: string; spec: RetrainingSpec }]
>('configure');
export const retrainingLog = defineQuery<{ inFlight: string | null; now: string; log: TriggerRecord[] }>(
  'log',
);
