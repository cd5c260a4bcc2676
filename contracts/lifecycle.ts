import { defineQuery, defineSignal, defineUpdate } from './messages.js';
import { z } from 'zod';
import { Instant } from './artifacts.js';
import { text } from './primitives/text.js';
import { RunContext } from './data.js';
import { Decision, Metrics } from './evaluation.js';
import { RunOutcome, RunStage } from './registry.js';
import { typedByPeople } from './wire.js';

export const LifecycleInput = z.object({
  ...RunContext.shape,
  /** The lifecycle uses only data from before this instant of event time. */
  asOf: Instant,
  startedBy: z.string().min(1),
  reason: z.string(),
  /** Set if the retraining controller started the lifecycle; otherwise null. */
  triggerId: z.string().nullable().default(null),
  /** Length of the span before asOf, e.g. `56d`; null: split.train + split.test. */
  history: z.string().nullable().default(null),
  /** True trains with the champion's hyperparameters instead of searching. Default: false. */
  reuseHyperparameters: z.boolean().default(false),
});
export type LifecycleInput = z.infer<typeof LifecycleInput>;

export const LifecycleResult = z.object({
  model: z.string(),
  run: z.string(),
  outcome: RunOutcome,
  reason: z.string(),
  version: z.int().nullable(),
  metrics: Metrics.nullable(),
  decisions: z.array(Decision),
});
export type LifecycleResult = z.infer<typeof LifecycleResult>;

export const StageProgress = z.object({
  stage: RunStage,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  /** One sentence with the most important figures. */
  note: z.string(),
});
export type StageProgress = z.infer<typeof StageProgress>;

/** Answer of query `state`. */
export const LifecycleState = z.object({
  model: z.string(),
  run: z.string(),
  stage: RunStage,
  stages: z.array(StageProgress),
  /** Workflow id of the pending approval; null if there is none. */
  approval: z.string().nullable(),
  version: z.int().nullable(),
  outcome: RunOutcome.nullable(),
});
export type LifecycleState = z.infer<typeof LifecycleState>;

export const CancelRequest = typedByPeople({ by: text(200), reason: text(500) });
export type CancelRequest = z.infer<typeof CancelRequest>;

export const lifecycleState = defineQuery<LifecycleState>('state');
export const cancelLifecycle = defineUpdate<{ accepted: true }, [CancelRequest]>('cancel');
/** As `cancel`, but the run counts as failed, with the name and the reason of the person. */
export const failLifecycle = defineUpdate<{ accepted: true }, [CancelRequest]>('fail');

/** Sent by a lifecycle to the retraining controller of its model when it ends. */
export const LifecycleEnded = z.object({ run: z.string(), outcome: RunOutcome, reason: z.string() });
export type LifecycleEnded = z.infer<typeof LifecycleEnded>;
export const lifecycleEnded = defineSignal<[LifecycleEnded]>('lifecycleEnded');
