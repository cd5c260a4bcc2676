import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { z } from 'zod';
import { Instant } from './artifacts.js';
import { RunContext } from './data.js';
import { Decision, Metrics } from './evaluation.js';
import { RunOutcome, RunStage } from './registry.js';

export const LifecycleInput = z.strictObject({
  ...RunContext.shape,
  /** The lifecycle knows nothing that happened at or after this instant of event time. */
  asOf: Instant,
  startedBy: z.string().min(1),
  reason: z.string(),
  /** Set when the retraining controller started it. */
  triggerId: z.string().nullable().default(null),
  /** Rows of this span before asOf, e.g. `56d`; null: split.train + split.test. */
  history: z.string().nullable().default(null),
  /** Train with the champion’s hyperparameters instead of searching. */
  reuseHyperparameters: z.boolean().default(false),
});
export type LifecycleInput = z.infer<typeof LifecycleInput>;

export const LifecycleResult = z.strictObject({
  model: z.string(),
  run: z.string(),
  outcome: RunOutcome,
  reason: z.string(),
  version: z.int().nullable(),
  metrics: Metrics.nullable(),
  decisions: z.array(Decision),
});
export type LifecycleResult = z.infer<typeof LifecycleResult>;

export const StageProgress = z.strictObject({
  stage: RunStage,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  /** The numbers that matter, in a sentence. */
  note: z.string(),
});
export type StageProgress = z.infer<typeof StageProgress>;

/** Answer of query `state`. */
export const LifecycleState = z.strictObject({
  model: z.string(),
  run: z.string(),
  stage: RunStage,
  stages: z.array(StageProgress),
  /** Workflow id of the approval that is waited for; null otherwise. */
  approval: z.string().nullable(),
  version: z.int().nullable(),
  outcome: RunOutcome.nullable(),
});
export type LifecycleState = z.infer<typeof LifecycleState>;

export const CancelRequest = z.strictObject({ by: z.string().min(1), reason: z.string().min(1) });
export type CancelRequest = z.infer<typeof CancelRequest>;

export const lifecycleState = defineQuery<LifecycleState>('state');
export const cancelLifecycle = defineUpdate<{ accepted: true }, [CancelRequest]>('cancel');

/** A lifecycle tells the retraining controller of its model that it ended. */
export const LifecycleEnded = z.strictObject({ run: z.string(), outcome: RunOutcome, reason: z.string() });
export type LifecycleEnded = z.infer<typeof LifecycleEnded>;
export const lifecycleEnded = defineSignal<[LifecycleEnded]>('lifecycleEnded');
