import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, Table } from './artifacts.js';
import { Parked } from './budget.js';
import { RunContext } from './data.js';
import { JobState } from './job-state.js';
import { Problem } from './problem.js';
import { Signature } from './signature.js';
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
import { tolerant } from './wire.js';

/** The outcome of a backend's job, which also selects the retry budget. */
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

/** Additional duties of a job that is a trial. */
export const TrialRole = z.object({
  trial: z.int().nonnegative(),
  goal: z.enum(['minimize', 'maximize']),
  earlyStopping: tolerant(EarlyStopping).nullable(),
});
export type TrialRole = z.infer<typeof TrialRole>;

/** One training job: a trial of a study, or the final fit. */
export const TrainingJobInput = z.object({
  ...RunContext.shape,
  /** From `trialIntent` or `finalFitIntent`, never from a Temporal run id. */
  intent: z.string().min(1),
  backend: BackendName,
  command: z.array(z.string()).min(1),
  code: ArtifactRef,
  environment: ArtifactRef,
  /** Channel name (`train`, `validation`) → Parquet. */
  channels: z.record(z.string(), Table),
  columns: z.object({ features: z.array(z.string()).min(1), label: z.string() }),
  /** Problem type of the model. Default: binary classification. */
  problem: Problem.optional(),
  /** Types of the features, and the outputs that the model must have. Default: float32 features, binary outputs. */
  signature: Signature.optional(),
  params: Params,
  resources: tolerant(Resources),
  placement: tolerant(Placement).default({}),
  retries: tolerant(Retries),
  seed: z.int(),
  /** Absolute time by which all attempts together must end. */
  deadline: Instant,
  /** Metric of result.json that must be present and finite; null if there is none. */
  objective: z.string().nullable(),
  /** Limits on the cost. Default: nothing is counted. */
  budget: tolerant(Budget).optional(),
  team: z.string().optional(),
  priority: z.int().min(1).max(5).optional(),
  /** Set for a trial of a study: it reports its end to the study, and may be stopped early. */
  trial: TrialRole.optional(),
});
export type TrainingJobInput = z.infer<typeof TrainingJobInput>;

/** Seconds used by all attempts together, from the backend's own record. */
export const Spend = z.object({
  wallSeconds: z.number().nonnegative(),
  cpuSeconds: z.number().nonnegative(),
  gpuSeconds: z.number().nonnegative(),
});
export type Spend = z.infer<typeof Spend>;

export const TrainingJobResult = z.object({
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
export const TrainingJobState = z.object({
  intent: z.string(),
  attempt: z.int().nonnegative(),
  phase: z.enum(['preparing', 'dispatching', 'waiting', 'running', 'collecting', 'cancelling', 'done']),
  jobKey: z.string().nullable(),
  /** The account or pool that it waits for before it is dispatched; null if it does not wait. */
  parked: Parked.nullable().optional(),
  /** The newest progress; null before the first report. */
  progress: z.lazy(() => Progress).nullable(),
});
export type TrainingJobState = z.infer<typeof TrainingJobState>;

export const StudyInput = z.object({
  ...RunContext.shape,
  code: ArtifactRef,
  environment: ArtifactRef,
  training: tolerant(Training),
  columns: z.object({ features: z.array(z.string()).min(1), label: z.string() }),
  /** Like `TrainingJobInput.problem`. */
  problem: Problem.optional(),
  signature: Signature.optional(),
  /** Train rows before validation: the rows of the trials. */
  search: Table,
  validation: Table,
});
export type StudyInput = z.infer<typeof StudyInput>;

export const Trial = z.object({
  trial: z.int().nonnegative(),
  params: Params,
  /** `stopped`: ended early on purpose, with its last value; this is not a failure. */
  state: z.enum(['waiting', 'running', 'succeeded', 'stopped', 'failed']),
  /** Value of the objective; null until it succeeded or was stopped. */
  value: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  /** Why it failed, shortened; null otherwise. */
  reason: z.string().nullable(),
});
export type Trial = z.infer<typeof Trial>;

/**
 * Answer of query `leaderboard`, best first. A long study shows its best trials; the table `trials` has all of
 * them.
 */
export const Leaderboard = z.object({
  objective: z.object({ metric: z.string(), goal: z.enum(['minimize', 'maximize']) }),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** Number of trials that were stopped early. */
  stopped: z.int().nonnegative().optional(),
  running: z.int().nonnegative().optional(),
  total: z.int().positive(),
  /** Why no new trial starts; absent while the search goes on. */
  held: z.string().optional(),
  trials: z.array(Trial),
});
export type Leaderboard = z.infer<typeof Leaderboard>;

export const StudyResult = z.object({ best: Trial, leaderboard: Leaderboard, spend: Spend });
export type StudyResult = z.infer<typeof StudyResult>;

/** A row of the jobs table for people (`mainspring jobs`, the report). */
export const JobView = z.object({
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

/** The newest progress line of the trainer, as a beat carries it. */
export const Progress = z.object({
  step: z.number(),
  total: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  at: Instant,
});
export type Progress = z.infer<typeof Progress>;
