import type { ArtifactRef, TimeRange } from '../../contracts/artifacts.js';
import type { WindowResult } from '../../contracts/monitor.js';

/** A segment of the request log, with the rows that the gateway wrote into it. */
export type LoggedSegment = ArtifactRef & { rows: number };

/** The contents of a window (logged requests, and labels that have arrived) and its result. */
export interface WindowStore {
  /** Segments of the request log with an event time within `range`. They may also contain other rows. */
  segments(model: string, range: TimeRange): Promise<LoggedSegment[]>;
  /** Newest label of each of these inferences. Inferences without a label are absent. */
  labels(model: string, inferenceIds: readonly string[]): Promise<Map<string, number>>;
  /** The recorded window that starts at `from`. */
  find(model: string, from: string): Promise<WindowResult | undefined>;
  /** Idempotent by (model, start): the first record is kept and returned. */
  record(result: WindowResult): Promise<WindowResult>;
  /** Newest first. */
  newest(model: string, limit: number): Promise<WindowResult[]>;
}
