import { z } from 'zod';
import { Instant, TimeRange } from './artifacts.js';
import { RunContext } from './data.js';
import { Duration } from './spec/units.js';

/** Features of past rows by the spec's own SQL: for replays, batch scoring and comparisons. */
export const BackfillInput = z.strictObject({
  ...RunContext.shape,
  /** Rows with features. */
  rows: TimeRange,
  /** Events up to here may be read; at or after the end of `rows`. */
  asOf: Instant,
  lookback: Duration,
});
export type BackfillInput = z.infer<typeof BackfillInput>;
