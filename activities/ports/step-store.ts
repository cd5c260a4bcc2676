import type { ArtifactRef } from '../../contracts/artifacts.js';

/**
 * The recorded output of content-addressed steps: same inputs, same code, same parameters → the same output, as long as
 * every object of it still exists.
 */
export interface StepStore {
  /** Output of the step with this key (a SHA-256 of kind, code and inputs); undefined when there is none. */
  find(key: string): Promise<unknown>;
  /** Record once; a second writer of the same key leaves the first output and gets it back, unless `replace` is set. */
  record(step: StepRecord): Promise<unknown>;
}

export interface StepRecord {
  key: string;
  kind: string;
  model: string;
  run: string;
  inputs: unknown;
  output: unknown;
  /** Artifacts that the output consists of: checked for existence before a hit, and kept as lineage. */
  artifacts: ArtifactRef[];
  durationMs: number;
  /** The recorded output has lost an object: this one takes its place. */
  replace: boolean;
}
