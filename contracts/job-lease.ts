import { defineQuery, defineSignal } from './messages.js';
import { z } from 'zod';
import { ArtifactRef, Instant } from './artifacts.js';
import { Parked } from './budget.js';
import { BackendName } from './spec/training.js';
import type { Leaderboard, Progress, TrainingJobState } from './training.js';
import { JobClass, Spend, TrainingJobInput } from './training.js';
import { JobState } from './job-state.js';

/** Messages between the activities of one training job, passed through its workflow. */

export const OpenJobInput = z.object({ intent: z.string().min(1) });
export type OpenJobInput = z.infer<typeof OpenJobInput>;
/** The attempt to begin with: a live or successful one, otherwise a new one. */
export const OpenedJob = z.object({ attempt: z.int().positive() });
export type OpenedJob = z.infer<typeof OpenedJob>;

export const BuildEnvironmentInput = z.object({ environment: ArtifactRef });
export type BuildEnvironmentInput = z.infer<typeof BuildEnvironmentInput>;

export const DispatchJobInput = z.object({
  job: TrainingJobInput,
  attempt: z.int().positive(),
  /** Multiple of the spec's memory to request; above 1 after an out-of-memory. */
  memoryFactor: z.number().min(1),
});
export type DispatchJobInput = z.infer<typeof DispatchJobInput>;

/** One attempt of an intent, on any backend. */
export const JobAttempt = z.object({
  intent: z.string().min(1),
  /** An earlier attempt than the requested one, if that one turned out to have a result. */
  attempt: z.int().positive(),
  jobKey: z.string().min(1),
  backend: BackendName,
});
export type JobAttempt = z.infer<typeof JobAttempt>;

/** The result of a dispatch: a job to watch. If it is parked, the job does not exist yet. */
export const DispatchedJob = z.object({ ...JobAttempt.shape, parked: Parked.optional() });
export type DispatchedJob = z.infer<typeof DispatchedJob>;

export const WatchJobInput = z.object({ ...JobAttempt.shape, deadline: Instant });
export type WatchJobInput = z.infer<typeof WatchJobInput>;
/** `lost`: the backend does not know the job and it writes no beats. `overdue`: it still runs after its deadline. */
export const WatchResult = z.object({ end: z.enum(['ended', 'lost', 'overdue']) });
export type WatchResult = z.infer<typeof WatchResult>;

export const CollectJobInput = z.object({ ...JobAttempt.shape, end: WatchResult.shape.end });
export type CollectJobInput = z.infer<typeof CollectJobInput>;

export const CancelJobInput = z.object({
  intent: z.string().min(1),
  attempt: z.int().positive(),
  backend: BackendName,
  reason: z.string().min(1),
});
export type CancelJobInput = z.infer<typeof CancelJobInput>;

/** The attempt to collect; null if it was never dispatched. */
export const CancelledJob = z.object({ job: JobAttempt.nullable() });
export type CancelledJob = z.infer<typeof CancelledJob>;

/** The outcome of one attempt. */
export const JobOutcome = z.object({
  jobKey: z.string(),
  attempt: z.int().positive(),
  state: JobState,
  class: JobClass,
  exitCode: z.int().nullable(),
  reason: z.string(),
  logTail: z.string(),
  spend: Spend,
  result: z.object({ metrics: z.record(z.string(), z.number()), model: ArtifactRef }).nullable(),
});
export type JobOutcome = z.infer<typeof JobOutcome>;

/** Tells a parked job to ask again: a limit was raised, a reservation released, a slot freed, or a decision made. */
export const goOn = defineSignal('goOn');
export const trainingJobState = defineQuery<TrainingJobState>('state');
export const jobProgress = defineSignal<[Progress]>('progress');
export const studyLeaderboard = defineQuery<Leaderboard>('leaderboard');
