import type { PackedSpec } from '../../contracts/spec/model-spec.js';

/** Where activities find the spec that their input names by digest. */
export interface SpecReader {
  loadSpec(digest: string): Promise<PackedSpec | undefined>;
}
