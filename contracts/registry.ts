import { z } from 'zod';
import { ApprovalState } from './approval.js';
import { ArtifactRef, Instant, Sha256, TimeRange } from './artifacts.js';
import { RunContext } from './data.js';
import { Decision, EvaluationResult, Metrics } from './evaluation.js';
import { Params } from './spec/training.js';
import { Spend } from './training.js';
import { PackedSpec } from './spec/model-spec.js';

export const Alias = z.enum(['champion', 'challenger', 'previous']);
export type Alias = z.infer<typeof Alias>;

export const OpenRunInput = z.object({
  ...RunContext.shape,
  asOf: Instant,
  startedBy: z.string().min(1),
  /** Why it was started, in the words of the person or the trigger. */
  reason: z.string(),
  triggerId: z.string().nullable(),
});
export type OpenRunInput = z.infer<typeof OpenRunInput>;

export const Champion = z.object({ version: z.int(), model: ArtifactRef, params: Params });
export type Champion = z.infer<typeof Champion>;

export const OpenedRun = z.object({ packed: PackedSpec, champion: Champion.nullable() });
export type OpenedRun = z.infer<typeof OpenedRun>;

export const FindChampionInput = z.object({ model: z.string() });
export type FindChampionInput = z.infer<typeof FindChampionInput>;

export const RunStage = z.enum([
  'charter',
  'data',
  'training',
  'evaluation',
  'registry',
  'approval',
  'release',
  'loop',
  'done',
]);
export type RunStage = z.infer<typeof RunStage>;

export const SetStageInput = z.object({ model: z.string(), run: z.string(), stage: RunStage });
export type SetStageInput = z.infer<typeof SetStageInput>;

export const RecordEvaluationInput = z.object({
  model: z.string(),
  run: z.string(),
  evaluation: EvaluationResult,
  decisions: z.array(Decision),
});
export type RecordEvaluationInput = z.infer<typeof RecordEvaluationInput>;

export const RecordApprovalInput = z.object({
  id: z.string(),
  model: z.string(),
  run: z.string(),
  version: z.int().positive(),
  state: ApprovalState,
});
export type RecordApprovalInput = z.infer<typeof RecordApprovalInput>;

export const RunOutcome = z.enum([
  'promoted',
  'refused',
  'rejected',
  'expired',
  'rolled-back',
  'cancelled',
  'failed',
]);
export type RunOutcome = z.infer<typeof RunOutcome>;

export const CloseRunInput = z.object({
  model: z.string(),
  run: z.string(),
  outcome: RunOutcome,
  reason: z.string(),
});
export type CloseRunInput = z.infer<typeof CloseRunInput>;

/** A version with its whole lineage. */
export const RegisterVersionInput = z.object({
  ...RunContext.shape,
  trained: z.object({ artifact: ArtifactRef, params: Params, trainedBy: z.string(), spend: Spend }),
  data: z.object({
    train: Sha256,
    test: Sha256,
    snapshots: z.record(z.string(), Sha256),
    trainRange: TimeRange,
  }),
  code: Sha256,
  environment: Sha256,
  evaluation: EvaluationResult,
  decisions: z.array(Decision),
});
export type RegisterVersionInput = z.infer<typeof RegisterVersionInput>;

export const VersionRef = z.object({ model: z.string(), version: z.int().positive() });
export type VersionRef = z.infer<typeof VersionRef>;

/** A version for people and scripts. */
export const VersionView = z.object({
  model: z.string(),
  version: z.int(),
  run: z.string(),
  aliases: z.array(z.string()),
  artifact: ArtifactRef,
  specDigest: Sha256,
  codeDigest: Sha256,
  environmentDigest: Sha256,
  dataDigests: z.record(z.string(), z.string()),
  params: Params,
  metrics: Metrics,
  decisions: z.array(Decision),
  report: ArtifactRef,
  createdAt: Instant,
});
export type VersionView = z.infer<typeof VersionView>;

export const RunView = z.object({
  model: z.string(),
  run: z.string(),
  specDigest: Sha256,
  asOf: Instant,
  startedBy: z.string(),
  reason: z.string(),
  stage: RunStage,
  outcome: RunOutcome.nullable(),
  outcomeReason: z.string().nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
});
export type RunView = z.infer<typeof RunView>;
