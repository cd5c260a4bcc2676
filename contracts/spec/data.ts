import { z } from 'zod';
import { listOf, mapOf } from '../bounded.js';
import { DataCheck } from '../checks/data-check.js';
import { Duration, PositiveDuration } from '../primitives/duration.js';
import { size } from '../primitives/size.js';
import { text } from '../primitives/text.js';
import { ColumnName, Identifier } from '../units.js';
import { Source } from './source.js';

/** Most feature columns of a model. */
const MAX_FEATURES = 5_000;

export const Data = z.strictObject({
  sources: mapOf(Identifier, Source, 100, 'Declared inputs. SQL sees only these.'),
  clean: text(1_000).describe('SQL file (one SELECT) from sources to clean rows; its digest is its version.'),
  label: z
    .strictObject({
      column: ColumnName.describe(
        'Column of the feature rows: 0/1, a class of `classes` (its text, or its index if no class is called by a number), or a number, by charter.problem.',
      ),
      classes: listOf(
        text(200),
        1_000,
        'The three or more classes of multiclass-classification, in the order of the model’s outputs. Two classes are binary-classification: labels 0 and 1, and no `classes`.',
        3,
      ).optional(),
      availableAt: ColumnName.describe('Column of the feature rows: when the label becomes known.'),
    })
    .describe('What is predicted.'),
  id: ColumnName.describe('Unique id column of the feature rows.'),
  time: ColumnName.describe('Event-time column of the feature rows: when the prediction is made.'),
  unit: ColumnName.describe(
    'Column of the feature rows whose equal values mark rows that are not independent, e.g. a day.',
  ),
  lookback: Duration.default('1d').describe('How far before the window features may look.'),
  checks: listOf(
    DataCheck,
    1_000,
    'Conditions on raw data and features. A check without a source means the only one, else the only one with a time column.',
  ).default([]),
  limits: z
    .strictObject({
      memory: size('16MB', '4TB').default('2GB').describe('DuckDB’s memory limit.'),
      time: PositiveDuration.default('10m').describe('Longest time of a statement.'),
    })
    .prefault({})
    .describe('Limits of any one SQL statement.'),
});
export type Data = z.infer<typeof Data>;

export const Features = z.strictObject({
  sql: text(1_000).describe('SQL file (one SELECT) from `clean` to one row per prediction; point-in-time.'),
  set: listOf(ColumnName, MAX_FEATURES, 'Feature columns, in the order in which the model takes them.', 1),
  slices: listOf(ColumnName, 100, 'Columns kept beside the features to slice evaluations by.').default([]),
});
export type Features = z.infer<typeof Features>;

/** A split by time that ends at asOf: train, validation at the end of train, then the held-out test. */
export const Split = z.strictObject({
  by: z
    .literal('time')
    .describe('Rows are split by time: models train on earlier rows and are judged on later ones.'),
  train: PositiveDuration.describe('Ends where test begins.'),
  validation: PositiveDuration.describe(
    'Last part of train; judges trials. The final fit trains on all of train.',
  ),
  test: PositiveDuration.describe('Held out; ends at asOf; only the evaluation sees it.'),
});
export type Split = z.infer<typeof Split>;
