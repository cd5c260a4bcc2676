import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { ArtifactRef, Instant } from './artifacts.js';
import { Parked } from './budget.js';
import { BackendName } from './spec/training.js';
import type { Leaderboard, Progress, TrainingJobState } from './training.js';
import { JobClass, JobState, Spend, TrainingJobInput } from './training.js';

/** What the activities of one training job say to each other through its workflow. */

export const OpenJobInput = z.strictObject({ intent: z.string().min(1) });
export type OpenJobInput = z.infer<typeof OpenJobInput>;
/** The attempt to begin with: one that is alive or has succeeded, otherwise a new one. */
export const OpenedJob = z.strictObject({ attempt: z.int().positive() });
export type OpenedJob = z.infer<typeof OpenedJob>;

export const BuildEnvironmentInput = z.strictObject({ environment: ArtifactRef });
export type BuildEnvironmentInput = z.infer<typeof BuildEnvironmentInput>;

export const DispatchJobInput = z.strictObject({
  job: TrainingJobInput,
  attempt: z.int().positive(),
  /** Request this many times the memory of the spec; above 1 after an out-of-memory. */
  memoryFactor: z.number().min(1),
});
export type DispatchJobInput = z.infer<typeof DispatchJobInput>;

/** One attempt of one intent, wherever it runs. */
export const JobAttempt = z.strictObject({
  intent: z.string().min(1),
  /** Differs from the attempt that was asked for when an earlier one turned out to have a result. */
  attempt: z.int().positive(),
  jobKey: z.string().min(1),
  backend: BackendName,
});
export type JobAttempt = z.infer<typeof JobAttempt>;

/** What a dispatch comes to: a job to watch – or, when it is parked, one that does not exist yet. */
export const DispatchedJob = z.strictObject({ ...JobAttempt.shape, parked: Parked.optional() });
export type DispatchedJob = z.infer<typeof DispatchedJob>;

export const WatchJobInput = z.strictObject({ ...JobAttempt.shape, deadline: Instant });
export type WatchJobInput = z.infer<typeof WatchJobInput>;
/** `lost`: the backend does not know it and it does not beat. `overdue`: alive past its deadline. */
export const WatchResult = z.strictObject({ end: z.enum(['ended', 'lost', 'overdue']) });
export type WatchResult = z.infer<typeof WatchResult>;

export const CollectJobInput = z.strictObject({ ...JobAttempt.shape, end: WatchResult.shape.end });
export type CollectJobInput = z.infer<typeof CollectJobInput>;

export const CancelJobInput = z.strictObject({
  intent: z.string().min(1),
  attempt: z.int().positive(),
  backend: BackendName,
  reason: z.string().min(1),
});
export type CancelJobInput = z.infer<typeof CancelJobInput>;

/** The attempt to collect; null when it was never dispatched. */
export const CancelledJob = z.strictObject({ job: JobAttempt.nullable() });
export type CancelledJob = z.infer<typeof CancelledJob>;

/** What one attempt came to. */
export const JobOutcome = z.strictObject({
  jobKey: z.string(),
  attempt: z.int().positive(),
  state: JobState,
  class: JobClass,
  exitCode: z.int().nullable(),
  reason: z.string(),
  logTail: z.string(),
  spend: Spend,
  result: z.strictObject({ metrics: z.record(z.string(), z.number()), model: ArtifactRef }).nullable(),
});
export type JobOutcome = z.infer<typeof JobOutcome>;

/** A limit was raised, a reservation released, a slot freed, or a decision fell: a parked job asks again. */
export const goOn = defineSignal('goOn');
export const trainingJobState = defineQuery<TrainingJobState>('state');
export const jobProgress = defineSignal<[Progress]>('progress');
export const studyLeaderboard = defineQuery<Leaderboard>('leaderboard');
