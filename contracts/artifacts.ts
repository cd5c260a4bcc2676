import { z } from 'zod';

/** Lower-case hex of a SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
export type Sha256 = z.infer<typeof Sha256>;

/** An immutable, content-addressed object. Payloads carry this reference, never the bytes. */
export const ArtifactRef = z.object({
  uri: z.string().regex(/^s3:\/\/[^/]+\/.+/, 'an s3://bucket/key address'),
  sha256: Sha256,
  bytes: z.int().nonnegative(),
  mediaType: z.string().min(1),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

export { MediaType } from './media-type.js';

/** An instant, RFC 3339 in UTC, e.g. `2001-02-01T00:00:00.000Z`. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** Half-open span of event time: `from <= t < to`. */
export const TimeRange = z.object({ from: Instant, to: Instant });
export type TimeRange = z.infer<typeof TimeRange>;

/** A Parquet artifact with the facts that a reader needs. */
export const Table = z.object({
  artifact: ArtifactRef,
  rows: z.int().nonnegative(),
  /** Column name → DuckDB type. */
  columns: z.record(z.string(), z.string()),
  range: TimeRange.nullable(),
});
export type Table = z.infer<typeof Table>;
