import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, Table, TimeRange } from './artifacts.js';
import { ModelName, RunId } from './ids.js';
import { ProblemName } from './problem.js';
import { SignatureInput } from './signature.js';
import { Split } from './spec/data.js';
import { Duration } from './primitives/duration.js';
import { tolerant } from './wire.js';

/** Identifies the run whose work a stage does, and its spec. */
export const RunContext = z.object({ model: ModelName, run: RunId, specDigest: Sha256 });
export type RunContext = z.infer<typeof RunContext>;

/** Spans of event time of one lifecycle. All end at or before asOf; test follows train. */
export const Windows = z.object({
  asOf: Instant,
  /** Span of everything that is read, including the lookback. */
  read: TimeRange,
  /** Span of the rows with features: train and test together. */
  rows: TimeRange,
  train: TimeRange,
  /** The last part of train. */
  validation: TimeRange,
  test: TimeRange,
});
export type Windows = z.infer<typeof Windows>;

/** The result of one check. */
export const CheckResult = z.object({
  /** Tells the check from all others of the same data, e.g. `notNull(delay)@flights`. Results of earlier versions have none. */
  id: z.string().optional(),
  /** The kind of check, e.g. `notNull`. Results of earlier versions have none. */
  kind: z.string().optional(),
  /** e.g. `notNull(delay)`. */
  check: z.string(),
  verdict: z.enum(['pass', 'warn', 'quarantine', 'fail']),
  /** One sentence with the figures: the found and the allowed value. */
  message: z.string(),
  failing: z.int().nonnegative(),
  rows: z.int().nonnegative(),
});
export type CheckResult = z.infer<typeof CheckResult>;

export const ValidationResult = z.object({
  passed: z.boolean(),
  rows: z.int().nonnegative(),
  checks: z.array(CheckResult),
  /** HTML report for people. */
  report: ArtifactRef,
  /** Parquet sample of failing rows, with the reason in column `check`; null if no row failed. */
  failingRows: ArtifactRef.nullable(),
  /**
   * Of features that passed: the table without the rows that were set aside, which replaces the whole one. Absent if every
   * row was kept.
   */
  kept: Table.optional(),
});
export type ValidationResult = z.infer<typeof ValidationResult>;

export const ExtractInput = z.object({ ...RunContext.shape, windows: Windows });
export type ExtractInput = z.infer<typeof ExtractInput>;
/** Rows of a source that a lifecycle may read, as they were at its extract. */
export const Snapshot = z.object({
  ...Table.shape,
  /** The objects that were read, each with its version, as JSON. Absent for a file. */
  manifest: ArtifactRef.optional(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** Source name → immutable snapshot. */
export const Snapshots = z.record(z.string(), Snapshot);
export type Snapshots = z.infer<typeof Snapshots>;

export const ValidateRawInput = z.object({ ...ExtractInput.shape, snapshots: Snapshots });
export type ValidateRawInput = z.infer<typeof ValidateRawInput>;

export const CleanInput = ValidateRawInput;
export type CleanInput = z.infer<typeof CleanInput>;

export const FeaturesInput = z.object({ ...ExtractInput.shape, clean: Table });
export type FeaturesInput = z.infer<typeof FeaturesInput>;

/** Checks on labels and features: labelRate, leakage, finite values, unique ids. */
export const ValidateFeaturesInput = z.object({
  ...ExtractInput.shape,
  features: Table,
  /**
   * True if the workflow goes on with `kept`. One of an earlier version does not know it: there a row that would be set
   * aside stops. Default: false
   */
  setsAside: z.boolean().optional(),
});
export type ValidateFeaturesInput = z.infer<typeof ValidateFeaturesInput>;

export const SplitInput = z.object({ ...ExtractInput.shape, features: Table });
export type SplitInput = z.infer<typeof SplitInput>;

/** The tables contain the features, `label`, and the spec's columns for id, time, unit and slices. */
export const SplitResult = z.object({
  /** All train rows including validation, for the final fit. */
  train: Table,
  /** Train rows before validation, for the trials. */
  search: Table,
  validation: Table,
  test: Table,
  /**
   * A figure of the train labels that needs no model. Binary classification: the share of label 1. Multiclass: the share of
   * the most frequent class. Regression: the mean label.
   */
  baseRate: z.number(),
  /** Types of the features, in the order of `features.set`. Default: nullable float32. */
  inputs: z.array(SignatureInput).min(1).optional(),
});
export type SplitResult = z.infer<typeof SplitResult>;

export const DataPipelineInput = z.object({
  ...RunContext.shape,
  asOf: Instant,
  /** Length of the span before asOf, e.g. `56d`; null: split.train + split.test. */
  history: Duration.nullable(),
  split: tolerant(Split),
  lookback: Duration,
  /** Default: binary classification. */
  problem: ProblemName.optional(),
});
export type DataPipelineInput = z.infer<typeof DataPipelineInput>;

export const DataPipelineResult = z.object({
  windows: Windows,
  snapshots: Snapshots,
  raw: ValidationResult,
  clean: Table,
  features: Table,
  checked: ValidationResult,
  split: SplitResult,
});
export type DataPipelineResult = z.infer<typeof DataPipelineResult>;
