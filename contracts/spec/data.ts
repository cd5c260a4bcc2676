import { z } from 'zod';
import { Duration, Fraction, Identifier } from './units.js';

/** A file (relative to the model file) or an `s3://` address, in one of the formats that the engine reads. */
export const Source = z
  .strictObject({
    parquet: z.string().min(1).optional(),
    csv: z.string().min(1).optional(),
    time: Identifier.optional().describe('Event-time column: the lifecycle reads rows before its asOf only.'),
  })
  .refine((s) => (s.parquet === undefined) !== (s.csv === undefined), 'needs exactly one of parquet and csv');
export type Source = z.infer<typeof Source>;

const onFail = z
  .enum(['stop', 'warn', 'quarantine'])
  .default('stop')
  .describe('stop ends the lifecycle; warn reports; quarantine sets the failing rows aside.');

/** Logical column types, mapped to the reader's own. */
export const ColumnType = z.enum(['timestamp', 'date', 'int', 'float', 'string', 'boolean']);

/** One check of the validation pass. A check without a source means the only one, else the only one with a time column. */
export const DataCheck = z.union([
  z.strictObject({ columns: z.record(Identifier, ColumnType), source: Identifier.optional(), onFail }),
  z.strictObject({
    notNull: z.array(Identifier).min(1),
    allow: Fraction.default(0).describe('Share of null values that is still fine, per column.'),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    range: z.strictObject({ column: Identifier, min: z.number().optional(), max: z.number().optional() }),
    allow: Fraction.default(0),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    unique: z.array(Identifier).min(1),
    allow: Fraction.default(0),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    references: z.strictObject({ column: Identifier, to: z.string().regex(/^\w+\.\w+$/, 'source.column') }),
    coverage: Fraction.default(1),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    rows: z.strictObject({ min: z.int().positive() }),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    fresh: z
      .strictObject({ within: Duration })
      .describe('The newest row lies at most this long before asOf.'),
    source: Identifier.optional(),
    onFail,
  }),
  z.strictObject({
    labelRate: z.strictObject({ min: z.number().min(0).max(1), max: z.number().min(0).max(1) }),
    onFail,
  }),
  z.strictObject({ leakage: z.strictObject({ maxSingleFeatureAuc: z.number().min(0.5).max(1) }), onFail }),
]);
export type DataCheck = z.infer<typeof DataCheck>;

export const Data = z.strictObject({
  sources: z.record(Identifier, Source).describe('Declared inputs; SQL sees these and nothing else.'),
  clean: z
    .string()
    .min(1)
    .describe('SQL file (one SELECT) from sources to clean rows; its digest is its version.'),
  label: z.strictObject({
    column: Identifier.describe('0/1 column of the feature rows.'),
    availableAt: Identifier.describe('Column of the feature rows: when the label becomes known.'),
  }),
  id: Identifier.describe('Unique id column of the feature rows.'),
  time: Identifier.describe('Event-time column of the feature rows: when the prediction is made.'),
  unit: Identifier.describe(
    'Column of the feature rows whose equal values mark rows that are not independent, e.g. a day.',
  ),
  lookback: Duration.default('1d').describe('How far before the window features may look.'),
  checks: z.array(DataCheck).default([]),
  limits: z
    .strictObject({ memory: z.string().default('2GB'), time: Duration.default('10m') })
    .prefault({})
    .describe('Limits of any one SQL statement.'),
});
export type Data = z.infer<typeof Data>;

export const Features = z.strictObject({
  sql: z
    .string()
    .min(1)
    .describe('SQL file (one SELECT) from `clean` to one row per prediction; point-in-time.'),
  set: z.array(Identifier).min(1).describe('Feature columns, in the order in which the model takes them.'),
  slices: z
    .array(Identifier)
    .default([])
    .describe('Columns kept beside the features to slice evaluations by.'),
});
export type Features = z.infer<typeof Features>;

/** A time-ordered split that ends at asOf: train, then (inside its end) validation, then the held-out test. */
export const Split = z.strictObject({
  by: z.literal('time'),
  train: Duration,
  validation: Duration.describe('Last part of train; judges trials. The final fit trains on all of train.'),
  test: Duration.describe('Held out; ends at asOf; only the evaluation sees it.'),
});
export type Split = z.infer<typeof Split>;
