import { z } from 'zod';
import { MetricName } from './metrics.js';
import { Identifier } from './units.js';

const onFail = z
  .enum(['refuse', 'ask'])
  .default('refuse')
  .describe('ask hands a failed gate to the approvers.');
const name = z.string().min(1).describe('Shown to approvers.');

/** One condition on the evidence; see workflows/policy for the functions that judge them. */
export const GateSpec = z.union([
  z.strictObject({ name, metric: MetricName, atLeast: z.number(), onFail }),
  z.strictObject({ name, metric: MetricName, atMost: z.number(), onFail }),
  z.strictObject({
    name,
    metric: MetricName,
    improvesBy: z
      .number()
      .describe('By how much the candidate must beat the champion, in the metric’s unit.'),
    confidence: z.number().min(0.5).max(0.999).default(0.95),
    onFail,
  }),
  z.strictObject({
    name,
    slices: z.literal('all'),
    metric: MetricName,
    worsensAtMost: z.number().nonnegative(),
    onFail,
  }),
  z.strictObject({ name, latencyP99Ms: z.number().positive(), onFail }),
]);
export type GateSpec = z.infer<typeof GateSpec>;

export const EvaluationSpec = z.strictObject({
  metrics: z.array(MetricName).min(1).default(['roc_auc', 'log_loss', 'calibration_error']),
  slices: z.array(z.strictObject({ by: Identifier })).default([]),
  minSliceRows: z.int().positive().default(500).describe('Smaller slices are shown but judge nothing.'),
  resamples: z.int().min(200).max(100_000).default(2_000).describe('Bootstrap resamples of whole units.'),
  gates: z.array(GateSpec).min(1),
});
export type EvaluationSpec = z.infer<typeof EvaluationSpec>;
