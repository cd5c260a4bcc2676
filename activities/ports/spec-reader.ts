import type { PackedSpec } from '../../contracts/spec/model-spec.js';

/** Loads the spec that an activity's input names by its digest. */
export interface SpecReader {
  loadSpec(digest: string): Promise<PackedSpec | undefined>;
}
