import { z } from 'zod';
import { Duration, Fraction, Identifier } from './units.js';

/** A file (relative to the model file) or an `s3://` address, in one of the formats that the engine reads. */
export const Source = z
  .strictObject({
    parquet: z.string().min(1).optional().describe('File, relative to the model file, or s3:// address.'),
    csv: z.string().min(1).optional().describe('The same, with a header line.'),
    time: Identifier.optional().describe('Event-time column: the lifecycle reads rows before its asOf only.'),
  })
  .refine((s) => (s.parquet === undefined) !== (s.csv === undefined), 'needs exactly one of parquet and csv');
export type Source = z.infer<typeof Source>;

const source = Identifier.optional().describe('The source that is checked.');
const allow = Fraction.default(0).describe('Share of failing rows that is still fine, per column.');

const onFail = z
  .enum(['stop', 'warn', 'quarantine'])
  .default('stop')
  .describe('stop ends the lifecycle; warn reports; quarantine sets the failing rows aside.');

/** Logical column types, mapped to the reader's own. */
export const ColumnType = z.enum(['timestamp', 'date', 'int', 'float', 'string', 'boolean']);

/** One check of the validation pass. A check without a source means the only one, else the only one with a time column. */
export const DataCheck = z.union([
  z.strictObject({
    columns: z.record(Identifier, ColumnType).describe('Columns that must be there, with their type.'),
    source,
    onFail,
  }),
  z.strictObject({
    notNull: z.array(Identifier).min(1).describe('Columns without nulls.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    range: z
      .strictObject({
        column: Identifier.describe('Numeric column.'),
        min: z.number().optional().describe('Lowest value.'),
        max: z.number().optional().describe('Highest value.'),
      })
      .describe('Values of a column lie between two bounds; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    unique: z.array(Identifier).min(1).describe('Columns whose values together occur once.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    references: z
      .strictObject({
        column: Identifier.describe('Column with the reference.'),
        to: z
          .string()
          .regex(/^\w+\.\w+$/, 'source.column')
          .describe('Where the value must be found.'),
      })
      .describe('Values of a column are found in another source.'),
    coverage: Fraction.default(1).describe('Share of rows that must be found.'),
    source,
    onFail,
  }),
  z.strictObject({
    pattern: z
      .strictObject({
        column: Identifier.describe('Column; numbers and times are matched as text.'),
        regex: z.string().min(1).describe('RE2 expression that the whole value must match.'),
      })
      .describe('Values of a column have a form; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    oneOf: z
      .strictObject({
        column: Identifier.describe('Column of few values.'),
        values: z
          .array(z.union([z.string(), z.number(), z.boolean()]))
          .min(1)
          .describe('What the values may be.'),
      })
      .describe('Values of a column are on a list; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    determines: z
      .strictObject({
        columns: z.array(Identifier).min(1).describe('Columns whose values together decide.'),
        column: Identifier.describe('Column that has one value for each combination.'),
      })
      .describe('Equal values of some columns mean an equal value of another; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  z.strictObject({
    rows: z
      .strictObject({ min: z.int().positive().describe('Fewest rows.') })
      .describe('The lifecycle has enough rows.'),
    source,
    onFail,
  }),
  z.strictObject({
    fresh: z
      .strictObject({ within: Duration.describe('Longest time before asOf.') })
      .describe('The newest row lies at most this long before asOf.'),
    source,
    onFail,
  }),
  z.strictObject({
    labelRate: z
      .strictObject({
        min: z.number().min(0).max(1).describe('Lowest share, 0–1.'),
        max: z.number().min(0).max(1).describe('Highest share, 0–1.'),
      })
      .describe('Share of positive labels among the feature rows.'),
    onFail,
  }),
  z.strictObject({
    leakage: z
      .strictObject({
        maxSingleFeatureAuc: z.number().min(0.5).max(1).describe('ROC AUC of one feature alone, 0.5–1.'),
      })
      .describe('No single feature gives the label away.'),
    onFail,
  }),
]);
export type DataCheck = z.infer<typeof DataCheck>;

export const Data = z.strictObject({
  sources: z.record(Identifier, Source).describe('Declared inputs; SQL sees these and nothing else.'),
  clean: z
    .string()
    .min(1)
    .describe('SQL file (one SELECT) from sources to clean rows; its digest is its version.'),
  label: z
    .strictObject({
      column: Identifier.describe('0/1 column of the feature rows.'),
      availableAt: Identifier.describe('Column of the feature rows: when the label becomes known.'),
    })
    .describe('What is predicted.'),
  id: Identifier.describe('Unique id column of the feature rows.'),
  time: Identifier.describe('Event-time column of the feature rows: when the prediction is made.'),
  unit: Identifier.describe(
    'Column of the feature rows whose equal values mark rows that are not independent, e.g. a day.',
  ),
  lookback: Duration.default('1d').describe('How far before the window features may look.'),
  checks: z
    .array(DataCheck)
    .default([])
    .describe(
      'Conditions on raw data and features. A check without a source means the only one, else the only one with a time column.',
    ),
  limits: z
    .strictObject({
      memory: z.string().default('2GB').describe('DuckDB’s memory limit.'),
      time: Duration.default('10m').describe('Longest time of a statement.'),
    })
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
  by: z.literal('time').describe('Later rows judge what earlier rows taught.'),
  train: Duration.describe('Ends where test begins.'),
  validation: Duration.describe('Last part of train; judges trials. The final fit trains on all of train.'),
  test: Duration.describe('Held out; ends at asOf; only the evaluation sees it.'),
});
export type Split = z.infer<typeof Split>;
