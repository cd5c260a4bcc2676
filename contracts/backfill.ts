import { z } from 'zod';
import { Instant, TimeRange } from './artifacts.js';
import { RunContext } from './data.js';
import { Duration } from './primitives/duration.js';

/** Computes features of past rows with the spec's own SQL, for replays, batch scoring and comparisons. */
export const BackfillInput = z.object({
  ...RunContext.shape,
  /** Span of the rows. */
  rows: TimeRange,
  /** Latest event that may be read; at or after the end of `rows`. */
  asOf: Instant,
  lookback: Duration,
});
export type BackfillInput = z.infer<typeof BackfillInput>;
