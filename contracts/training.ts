import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, Table } from './artifacts.js';
import { Parked } from './budget.js';
import { RunContext } from './data.js';
import {
  BackendName,
  EarlyStopping,
  Params,
  Placement,
  Resources,
  Retries,
  Training,
} from './spec/training.js';
import { Budget } from './spec/training.js';

/** What a backend's job came to, and which retry budget it draws on. */
export const JobClass = z.enum([
  'succeeded',
  'infrastructure',
  'preempted',
  'outOfMemory',
  'timedOut',
  'user',
  'contract',
  'cancelled',
  'lost',
]);
export type JobClass = z.infer<typeof JobClass>;

export const JobState = z.enum([
  'intended',
  'submitting',
  'submitted',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
]);
export type JobState = z.infer<typeof JobState>;

/** What a job that is a trial owes its study. */
export const TrialRole = z.strictObject({
  trial: z.int().nonnegative(),
  goal: z.enum(['minimize', 'maximize']),
  earlyStopping: EarlyStopping.nullable(),
});
export type TrialRole = z.infer<typeof TrialRole>;

/** One training job: one trial of a study, or the final fit. */
export const TrainingJobInput = z.strictObject({
  ...RunContext.shape,
  /** From `trialIntent` or `finalFitIntent`: never from a Temporal run id. */
  intent: z.string().min(1),
  backend: BackendName,
  command: z.array(z.string()).min(1),
  code: ArtifactRef,
  environment: ArtifactRef,
  /** Channel name (`train`, `validation`) → Parquet. */
  channels: z.record(z.string(), Table),
  columns: z.strictObject({ features: z.array(z.string()).min(1), label: z.string() }),
  params: Params,
  resources: Resources,
  placement: Placement.default({}),
  retries: Retries,
  seed: z.int(),
  /** Absolute: all attempts together end by then. */
  deadline: Instant,
  /** Metric of result.json that must be there and finite; null when none steers. */
  objective: z.string().nullable(),
  /** What the lifecycle may cost; nothing is counted when it is left out. */
  budget: Budget.optional(),
  team: z.string().optional(),
  priority: z.int().min(1).max(5).optional(),
  /** Set when it is a trial of a study: it tells its study how it ended, and may be stopped early. */
  trial: TrialRole.optional(),
});
export type TrainingJobInput = z.infer<typeof TrainingJobInput>;

/** Seconds used, all attempts together, from the backend’s own record. */
export const Spend = z.strictObject({
  wallSeconds: z.number().nonnegative(),
  cpuSeconds: z.number().nonnegative(),
  gpuSeconds: z.number().nonnegative(),
});
export type Spend = z.infer<typeof Spend>;

export const TrainingJobResult = z.strictObject({
  intent: z.string(),
  jobKey: z.string(),
  attempt: z.int().positive(),
  metrics: z.record(z.string(), z.number()),
  /** `model.onnx` of the winning attempt. */
  model: ArtifactRef,
  spend: Spend,
});
export type TrainingJobResult = z.infer<typeof TrainingJobResult>;

/** Answer of query `state` on a training job. */
export const TrainingJobState = z.strictObject({
  intent: z.string(),
  attempt: z.int().nonnegative(),
  phase: z.enum(['preparing', 'dispatching', 'waiting', 'running', 'collecting', 'cancelling', 'done']),
  jobKey: z.string().nullable(),
  /** What it waits for before it is dispatched; null when it does not. */
  parked: Parked.nullable().optional(),
  /** The newest that the job said; null until it said something. */
  progress: z.lazy(() => Progress).nullable(),
});
export type TrainingJobState = z.infer<typeof TrainingJobState>;

export const StudyInput = z.strictObject({
  ...RunContext.shape,
  code: ArtifactRef,
  environment: ArtifactRef,
  training: Training,
  columns: z.strictObject({ features: z.array(z.string()).min(1), label: z.string() }),
  /** Train rows before validation: what trials train on. */
  search: Table,
  validation: Table,
});
export type StudyInput = z.infer<typeof StudyInput>;

export const Trial = z.strictObject({
  trial: z.int().nonnegative(),
  params: Params,
  /** `stopped`: early, on purpose, with its last value; not a failure. */
  state: z.enum(['waiting', 'running', 'succeeded', 'stopped', 'failed']),
  /** Value of the objective; null until it succeeded or was stopped. */
  value: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  /** Why it failed, bounded; null otherwise. */
  reason: z.string().nullable(),
});
export type Trial = z.infer<typeof Trial>;

/** Answer of query `leaderboard`: best first. A long study shows its best, and has all in the table `trials`. */
export const Leaderboard = z.strictObject({
  objective: z.strictObject({ metric: z.string(), goal: z.enum(['minimize', 'maximize']) }),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** Stopped early. */
  stopped: z.int().nonnegative().optional(),
  running: z.int().nonnegative().optional(),
  total: z.int().positive(),
  /** Why nothing new is started; absent while the search goes on. */
  held: z.string().optional(),
  trials: z.array(Trial),
});
export type Leaderboard = z.infer<typeof Leaderboard>;

export const StudyResult = z.strictObject({ best: Trial, leaderboard: Leaderboard, spend: Spend });
export type StudyResult = z.infer<typeof StudyResult>;

/** Row of the jobs table as people see it (`mainspring jobs`, the report). */
export const JobView = z.strictObject({
  jobKey: z.string(),
  intent: z.string(),
  attempt: z.int(),
  backend: z.string(),
  state: JobState,
  class: JobClass.nullable(),
  nativeId: z.string().nullable(),
  reason: z.string().nullable(),
  specDigest: Sha256,
  spend: Spend.nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type JobView = z.infer<typeof JobView>;

/** What a beat says: the newest progress line of the trainer. */
export const Progress = z.strictObject({
  step: z.number(),
  total: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  at: Instant,
});
export type Progress = z.infer<typeof Progress>;
