import { z } from 'zod';
import { ArtifactRef, Sha256, Table, TimeRange } from './artifacts.js';
import { RunContext } from './data.js';
import { Evidence, Metrics, ScoredModel } from './evidence.js';
import { Problem } from './problem.js';
import { FeatureValue, Signature } from './signature.js';
import { EvaluationSpec } from './spec/evaluation.js';
import { MonitoringSpec } from './spec/monitoring.js';
import { tolerant } from './wire.js';

export { Evidence, Metrics, PairedDifference, ScoredModel, SliceResult } from './evidence.js';

export const EvaluationInput = z.object({
  ...RunContext.shape,
  candidate: ScoredModel,
  champion: ScoredModel.nullable(),
  train: Table,
  test: Table,
  testRange: TimeRange,
  /** Feature columns in the model’s order. */
  features: z.array(z.string()).min(1),
  columns: z.object({ id: z.string(), time: z.string(), unit: z.string() }),
  evaluation: tolerant(EvaluationSpec),
  drift: tolerant(MonitoringSpec.shape.drift),
  /** Named, typed inputs and outputs of the candidate. Default: `numericSignature(features)`. */
  signature: Signature.optional(),
  /** Default: binary classification. */
  problem: Problem.optional(),
});
export type EvaluationInput = z.infer<typeof EvaluationInput>;

export const EvaluationResult = z.object({
  evidence: Evidence,
  evidenceDigest: Sha256,
  evidenceArtifact: ArtifactRef,
  /** HTML with plots, for approvers. */
  report: ArtifactRef,
  /** Parquet: id, time, unit, label, candidate, champion. */
  scores: ArtifactRef,
  /** JSON `GoldenRequests`: what serving must reproduce before it takes traffic. */
  golden: ArtifactRef,
  /** JSON `ReferenceProfile` of the train rows and test scores: what drift is measured against. */
  reference: ArtifactRef,
});
export type EvaluationResult = z.infer<typeof EvaluationResult>;

/** Requests with the predictions that evaluation saw: what serving must reproduce before it takes traffic. */
export const GoldenRequests = z.object({
  features: z.array(z.string()).min(1),
  /** Values in the order of `features`; of the signature's types. */
  rows: z.array(z.array(FeatureValue)).min(1),
  /** Predictions, row-major, `width` columns a row. */
  scores: z.array(z.number()).min(1),
  /** Columns a row of `scores`. Default: 1. */
  width: z.int().positive().optional(),
  /** Largest absolute difference of a prediction that counts as equal. */
  tolerance: z.number().positive(),
});
export type GoldenRequests = z.infer<typeof GoldenRequests>;

/** Frozen bins of a numeric column: shares of the reference per bin, and the PSI above which a window alarms. */
export const NumericReference = z.object({
  column: z.string(),
  /** Inner edges, ascending; bin = number of edges < x; one more bin for nulls. */
  edges: z.array(z.number()),
  shares: z.array(z.number()),
  threshold: z.number().positive(),
});
export type NumericReference = z.infer<typeof NumericReference>;

/** Frozen values of a text or boolean column, and the PSI above which a window alarms. */
export const CategoricalReference = z.object({
  column: z.string(),
  kind: z.literal('categorical'),
  /** The most frequent values with their shares of the reference, 0–1. A boolean is the text `true` or `false`. */
  values: z.array(z.object({ value: z.string(), share: z.number() })),
  /** Share of all values that `values` does not list, 0–1. */
  other: z.number(),
  /** Share of nulls, 0–1. */
  missing: z.number(),
  threshold: z.number().positive(),
});
export type CategoricalReference = z.infer<typeof CategoricalReference>;

export const ReferenceColumn = z.union([NumericReference, CategoricalReference]);
export type ReferenceColumn = z.infer<typeof ReferenceColumn>;

export const ReferenceProfile = z.object({
  rows: z.int().positive(),
  units: z.int().positive(),
  columns: z.array(ReferenceColumn),
  /** The prediction; with several classes the predicted class, categorical. */
  score: ReferenceColumn,
  /** Mean label of the train rows; see `Evidence.baseRate`. */
  baseRate: z.number(),
  /** Metrics of the candidate on the test rows. */
  metrics: Metrics,
});
export type ReferenceProfile = z.infer<typeof ReferenceProfile>;

/** Verdict of a gate. `ask` hands the decision to the approvers. */
export const GateVerdict = z.enum(['pass', 'fail', 'ask']);
export type GateVerdict = z.infer<typeof GateVerdict>;

/** Recorded outcome of one gate. */
export const Decision = z.object({
  gate: z.string(),
  verdict: GateVerdict,
  /** One sentence with the figures. */
  reason: z.string(),
});
export type Decision = z.infer<typeof Decision>;

export const GateOutcome = z.object({ verdict: GateVerdict, decisions: z.array(Decision) });
export type GateOutcome = z.infer<typeof GateOutcome>;
