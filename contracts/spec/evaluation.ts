import { z } from 'zod';
import { listOf } from '../bounded.js';
import { unionByKey } from '../chosen-union.js';
import { GATE_FORMS, GATE_KINDS } from '../gates/index.js';
import { MetricName } from '../metrics/metric-name.js';
import { ColumnName } from '../units.js';

/** One condition on the evidence; a module a kind in `contracts/gates`. */
export const GateSpec = unionByKey(GATE_KINDS, GATE_FORMS);
export type GateSpec = z.infer<typeof GateSpec>;

export const EvaluationSpec = z.strictObject({
  metrics: listOf(MetricName, 100, 'Metrics that are computed for candidate and champion.', 1).default([
    'roc_auc',
    'log_loss',
    'calibration_error',
  ]),
  slices: listOf(
    z.strictObject({ by: ColumnName.describe('Column of features.slices or features.set.') }),
    100,
    'Groups of rows that are judged apart.',
  ).default([]),
  minSliceRows: z.int().positive().default(500).describe('Smaller slices are shown, but gates ignore them.'),
  resamples: z.int().min(200).max(100_000).default(2_000).describe('Bootstrap resamples of whole units.'),
  gates: listOf(GateSpec, 100, 'Conditions on the evidence; all are judged.', 1),
});
/** The section of a model file, where the metrics may be left out. */
export const EvaluationSection = EvaluationSpec.extend({
  metrics: listOf(
    MetricName,
    100,
    'Metrics that are computed for candidate and champion. Default: the main metrics of charter.problem.',
    1,
  ).optional(),
});
export type EvaluationSpec = z.infer<typeof EvaluationSpec>;
