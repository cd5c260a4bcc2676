import { z } from 'zod';
import { ArtifactRef, TimeRange } from './artifacts.js';
import { Problem } from './problem.js';
import { Signature } from './signature.js';
import { MetricName } from './metrics/metric-name.js';
import { byKnownName } from './wire.js';

/** A model to be scored. `version` is null for a candidate that has none yet. */
export const ScoredModel = z.object({ version: z.int().positive().nullable(), model: ArtifactRef });
export type ScoredModel = z.infer<typeof ScoredModel>;

export const Metrics = byKnownName(MetricName.options, z.number());
export type Metrics = z.infer<typeof Metrics>;

/**
 * Candidate minus champion on the same rows, with an interval that resamples whole units (days). For a metric with a target
 * (such as mean error) it is the difference of their distances to the target.
 */
export const PairedDifference = z.object({
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

export const SliceResult = z.object({
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
export const Evidence = z.object({
  model: z.string(),
  run: z.string(),
  candidate: ScoredModel,
  champion: ScoredModel.nullable(),
  window: TimeRange,
  rows: z.int().positive(),
  units: z.int().positive(),
  /** Noun for one unit in messages, e.g. `day`. */
  unit: z.string().optional(),
  /** Mean label: the share of positives, 0–1, or the mean of a regression. With several classes the largest class's share. */
  baseRate: z.number(),
  metrics: z.object({ candidate: Metrics, champion: Metrics.nullable() }),
  /** Metric → interval of the candidate’s own value, by resampled units. */
  intervals: byKnownName(MetricName.options, z.object({ low: z.number(), high: z.number() })),
  paired: z.array(PairedDifference),
  slices: z.array(SliceResult),
  /** 99th percentile of one-row inferences, milliseconds. */
  latencyP99Ms: z.number(),
  /** Default: binary classification. */
  problem: Problem.optional(),
  /** Signature of the candidate. Default: nullable float32 inputs. */
  signature: Signature.optional(),
});
export type Evidence = z.infer<typeof Evidence>;
