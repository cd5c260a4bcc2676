import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { ArtifactStore } from '../../ports/artifact-store.js';

/** The manifest that the head's result points at. The wrapper writes it after all of its files are stored. */
export interface ResultManifest {
  jobKey: string;
  attempt: number;
  /** RFC 3339 */
  at: string;
  metrics: Record<string, number>;
  /** model/model.onnx */
  model: ArtifactRef;
  /** Path below model/ → object. */
  files: Record<string, ArtifactRef>;
}

/** The manifest that the head's checkpoint points at. */
export interface CheckpointManifest {
  jobKey: string;
  attempt: number;
  /** RFC 3339 */
  at: string;
  step: number;
  /** Path below checkpoints/<step>/ → object. */
  files: Record<string, ArtifactRef>;
}

export const readResult = async (
  artifacts: Pick<ArtifactStore, 'read'>,
  manifest: ArtifactRef,
): Promise<ResultManifest> => JSON.parse((await artifacts.read(manifest)).toString()) as ResultManifest;

export const readCheckpoint = async (
  artifacts: Pick<ArtifactStore, 'read'>,
  manifest: ArtifactRef,
): Promise<CheckpointManifest> =>
  JSON.parse((await artifacts.read(manifest)).toString()) as CheckpointManifest;
