import { z } from 'zod';
import { ArtifactRef, Sha256, Table, TimeRange } from './artifacts.js';
import { RunContext } from './data.js';
import { EvaluationSpec } from './spec/evaluation.js';
import { MetricName } from './spec/metrics.js';
import { MonitoringSpec } from './spec/monitoring.js';

/** A model to be scored. `version` is null for a candidate that has none yet. */
export const ScoredModel = z.strictObject({ version: z.int().positive().nullable(), model: ArtifactRef });
export type ScoredModel = z.infer<typeof ScoredModel>;

export const EvaluationInput = z.strictObject({
  ...RunContext.shape,
  candidate: ScoredModel,
  champion: ScoredModel.nullable(),
  train: Table,
  test: Table,
  testRange: TimeRange,
  /** Feature columns in the model’s order. */
  features: z.array(z.string()).min(1),
  columns: z.strictObject({ id: z.string(), time: z.string(), unit: z.string() }),
  evaluation: EvaluationSpec,
  drift: MonitoringSpec.shape.drift,
});
export type EvaluationInput = z.infer<typeof EvaluationInput>;

export const Metrics = z.partialRecord(MetricName, z.number());
export type Metrics = z.infer<typeof Metrics>;

/** Candidate minus champion on the same rows, with an interval that resamples whole units (days). */
export const PairedDifference = z.strictObject({
  metric: MetricName,
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  /** Two-sided, 0–1. */
  confidence: z.number(),
  /** Share of units in which the candidate was better, 0–1. */
  unitsWon: z.number(),
});
export type PairedDifference = z.infer<typeof PairedDifference>;

export const SliceResult = z.strictObject({
  by: z.string(),
  value: z.string(),
  rows: z.int().nonnegative(),
  candidate: Metrics,
  champion: Metrics.nullable(),
  /** Differences within the slice, where the interval is defined. */
  paired: z.array(PairedDifference).default([]),
});
export type SliceResult = z.infer<typeof SliceResult>;

/** All that the gates may look at. Immutable: its digest is what approvals are bound to. */
export const Evidence = z.strictObject({
  model: z.string(),
  run: z.string(),
  candidate: ScoredModel,
  champion: ScoredModel.nullable(),
  window: TimeRange,
  rows: z.int().positive(),
  units: z.int().positive(),
  /** What one unit is called in messages, e.g. `day`. */
  unit: z.string().optional(),
  baseRate: z.number(),
  metrics: z.strictObject({ candidate: Metrics, champion: Metrics.nullable() }),
  /** Metric → interval of the candidate’s own value, by resampled units. */
  intervals: z.partialRecord(MetricName, z.strictObject({ low: z.number(), high: z.number() })),
  paired: z.array(PairedDifference),
  slices: z.array(SliceResult),
  /** Of one-row inferences, milliseconds. */
  latencyP99Ms: z.number(),
});
export type Evidence = z.infer<typeof Evidence>;

export const EvaluationResult = z.strictObject({
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

/** Requests with the scores that evaluation saw; tolerance is the largest absolute difference allowed. */
export const GoldenRequests = z.strictObject({
  features: z.array(z.string()).min(1),
  rows: z.array(z.array(z.number())).min(1),
  scores: z.array(z.number()).min(1),
  tolerance: z.number().positive(),
});
export type GoldenRequests = z.infer<typeof GoldenRequests>;

/** Frozen bins of one column: shares of the reference per bin, and the PSI above which a window alarms. */
export const ReferenceColumn = z.strictObject({
  column: z.string(),
  /** Inner edges, ascending; bin = number of edges < x; one more bin for nulls. */
  edges: z.array(z.number()),
  shares: z.array(z.number()),
  threshold: z.number().positive(),
});
export type ReferenceColumn = z.infer<typeof ReferenceColumn>;

export const ReferenceProfile = z.strictObject({
  rows: z.int().positive(),
  units: z.int().positive(),
  columns: z.array(ReferenceColumn),
  score: ReferenceColumn,
  /** Share of positive labels in the train rows, 0–1. */
  baseRate: z.number(),
  /** Of the candidate on the test rows. */
  metrics: Metrics,
});
export type ReferenceProfile = z.infer<typeof ReferenceProfile>;

export const Verdict = z.enum(['pass', 'fail', 'ask']);
export type Verdict = z.infer<typeof Verdict>;

/** Recorded outcome of one gate. */
export const Decision = z.strictObject({
  gate: z.string(),
  verdict: Verdict,
  /** One sentence with the figures. */
  reason: z.string(),
});
export type Decision = z.infer<typeof Decision>;

export const GateOutcome = z.strictObject({ verdict: Verdict, decisions: z.array(Decision) });
export type GateOutcome = z.infer<typeof GateOutcome>;
