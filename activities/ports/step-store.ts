import type { ArtifactRef } from '../../contracts/artifacts.js';

/**
 * The recorded output of content-addressed steps. The same inputs, code and parameters return the recorded output,
 * as long as all of its objects exist.
 */
export interface StepStore {
  /** Output of the step with this key (a SHA-256 of kind, code and inputs); undefined if there is none. */
  find(key: string): Promise<unknown>;
  /** Record an output. If the key has one already, that one is kept and returned, unless `replace` is set. */
  record(step: StepRecord): Promise<unknown>;
}

export interface StepRecord {
  key: string;
  kind: string;
  model: string;
  run: string;
  inputs: unknown;
  output: unknown;
  /** Artifacts of the output: checked for existence before reuse, and kept as lineage. */
  artifacts: ArtifactRef[];
  durationMs: number;
  /** True when the recorded output has lost an object and is to be replaced. */
  replace: boolean;
}
