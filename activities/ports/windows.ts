import type { ArtifactRef, TimeRange } from '../../contracts/artifacts.js';
import type { WindowResult } from '../../contracts/monitor.js';

/** What a window is made of – logged requests and the labels that came since – and what became of it. */
export interface WindowStore {
  /** Segments of the request log that hold an event time of `range`; rows outside of it may be among them. */
  segments(model: string, range: TimeRange): Promise<ArtifactRef[]>;
  /** Newest label of each of these inferences; those without one are absent. */
  labels(model: string, inferenceIds: readonly string[]): Promise<Map<string, number>>;
  /** The recorded window that starts at `from`. */
  find(model: string, from: string): Promise<WindowResult | undefined>;
  /** Idempotent by (model, start): the first record stays and is returned. */
  record(result: WindowResult): Promise<WindowResult>;
  /** Newest first. */
  newest(model: string, limit: number): Promise<WindowResult[]>;
}
