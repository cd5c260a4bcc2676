import { z } from 'zod';
import { MetricName } from './metrics.js';
import { Identifier } from './units.js';

const onFail = z
  .enum(['refuse', 'ask'])
  .default('refuse')
  .describe('ask hands a failed gate to the approvers.');
const name = z.string().min(1).describe('Shown to approvers.');
const metric = MetricName.describe('What is judged.');

/** One condition on the evidence; see workflows/policy for the functions that judge them. */
export const GateSpec = z.union([
  z.strictObject({ name, metric, atLeast: z.number().describe('The candidate’s lowest value.'), onFail }),
  z.strictObject({ name, metric, atMost: z.number().describe('The candidate’s highest value.'), onFail }),
  z.strictObject({
    name,
    metric,
    improvesBy: z
      .number()
      .describe('By how much the candidate must beat the champion, in the metric’s unit.'),
    confidence: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.95)
      .describe('Of the interval that must lie beyond it, two-sided.'),
    onFail,
  }),
  z.strictObject({
    name,
    slices: z.literal('all').describe('Judges every slice that is large enough.'),
    metric,
    worsensAtMost: z.number().nonnegative().describe('How much worse than the champion a slice may be.'),
    onFail,
  }),
  z.strictObject({
    name,
    latencyP99Ms: z.number().positive().describe('Of one-row inferences, milliseconds.'),
    onFail,
  }),
]);
export type GateSpec = z.infer<typeof GateSpec>;

export const EvaluationSpec = z.strictObject({
  metrics: z
    .array(MetricName)
    .min(1)
    .default(['roc_auc', 'log_loss', 'calibration_error'])
    .describe('What is computed for candidate and champion.'),
  slices: z
    .array(z.strictObject({ by: Identifier.describe('Column of features.slices or features.set.') }))
    .default([])
    .describe('Groups of rows that are judged apart.'),
  minSliceRows: z.int().positive().default(500).describe('Smaller slices are shown but judge nothing.'),
  resamples: z.int().min(200).max(100_000).default(2_000).describe('Bootstrap resamples of whole units.'),
  gates: z.array(GateSpec).min(1).describe('Conditions on the evidence; all are judged.'),
});
export type EvaluationSpec = z.infer<typeof EvaluationSpec>;
