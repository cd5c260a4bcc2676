import { z } from 'zod';
import { ArtifactRef, Instant, Sha256, Table, TimeRange } from './artifacts.js';
import { ModelName, RunId } from './ids.js';
import { Split } from './spec/data.js';
import { Duration } from './spec/units.js';

/** What every stage of a lifecycle needs to find its spec and to say whose work it does. */
export const RunContext = z.strictObject({ model: ModelName, run: RunId, specDigest: Sha256 });
export type RunContext = z.infer<typeof RunContext>;

/** Event-time spans of one lifecycle. All end at or before asOf; test follows train. */
export const Windows = z.strictObject({
  asOf: Instant,
  /** Everything that is read, lookback included. */
  read: TimeRange,
  /** Rows with features: train and test together. */
  rows: TimeRange,
  train: TimeRange,
  /** The last part of train. */
  validation: TimeRange,
  test: TimeRange,
});
export type Windows = z.infer<typeof Windows>;

/** One check of the validation pass, as it came out. */
export const CheckResult = z.strictObject({
  /** e.g. `notNull(delay)`. */
  check: z.string(),
  verdict: z.enum(['pass', 'warn', 'quarantine', 'fail']),
  /** One sentence with the figures: what was found, what is allowed. */
  message: z.string(),
  failing: z.int().nonnegative(),
  rows: z.int().nonnegative(),
});
export type CheckResult = z.infer<typeof CheckResult>;

export const ValidationResult = z.strictObject({
  passed: z.boolean(),
  rows: z.int().nonnegative(),
  checks: z.array(CheckResult),
  /** HTML report for people. */
  report: ArtifactRef,
  /** Parquet sample of failing rows, `check` names the reason; null when nothing failed. */
  failingRows: ArtifactRef.nullable(),
});
export type ValidationResult = z.infer<typeof ValidationResult>;

export const ExtractInput = z.strictObject({ ...RunContext.shape, windows: Windows });
export type ExtractInput = z.infer<typeof ExtractInput>;
/** Source name → immutable snapshot of the rows that this lifecycle may see. */
export const Snapshots = z.record(z.string(), Table);
export type Snapshots = z.infer<typeof Snapshots>;

export const ValidateRawInput = z.strictObject({ ...ExtractInput.shape, snapshots: Snapshots });
export type ValidateRawInput = z.infer<typeof ValidateRawInput>;

export const CleanInput = ValidateRawInput;
export type CleanInput = z.infer<typeof CleanInput>;

export const FeaturesInput = z.strictObject({ ...ExtractInput.shape, clean: Table });
export type FeaturesInput = z.infer<typeof FeaturesInput>;

/** Checks on labels and features: labelRate, leakage, finite values, unique ids. */
export const ValidateFeaturesInput = z.strictObject({ ...ExtractInput.shape, features: Table });
export type ValidateFeaturesInput = z.infer<typeof ValidateFeaturesInput>;

export const SplitInput = ValidateFeaturesInput;
export type SplitInput = z.infer<typeof SplitInput>;

/** Tables carry the features, `label`, and the id, time, unit and slice columns of the spec. */
export const SplitResult = z.strictObject({
  /** All of train, validation included: the final fit. */
  train: Table,
  /** Train before validation: the trials. */
  search: Table,
  validation: Table,
  test: Table,
  /** Share of positive labels in train, 0–1. */
  baseRate: z.number(),
});
export type SplitResult = z.infer<typeof SplitResult>;

export const DataPipelineInput = z.strictObject({
  ...RunContext.shape,
  asOf: Instant,
  /** Rows of this span before asOf, e.g. `56d`; default: split.train + split.test. */
  history: Duration.nullable(),
  split: Split,
  lookback: Duration,
});
export type DataPipelineInput = z.infer<typeof DataPipelineInput>;

export const DataPipelineResult = z.strictObject({
  windows: Windows,
  snapshots: Snapshots,
  raw: ValidationResult,
  clean: Table,
  features: Table,
  checked: ValidationResult,
  split: SplitResult,
});
export type DataPipelineResult = z.infer<typeof DataPipelineResult>;
