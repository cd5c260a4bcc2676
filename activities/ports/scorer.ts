import type { FeatureBatch } from '../../contracts/feature-batch.js';
import type { Problem } from '../../contracts/problems/index.js';
import type { Signature } from '../../contracts/signature.js';

/** Inputs and outputs of a model, as the engine uses them. */
export interface ModelShape {
  signature: Signature;
  problem: Problem;
}

/** A model that was loaded and whose inputs and outputs fit its shape. */
export interface LoadedModel {
  /** `matrix`: the model takes one float32 matrix, so rows are best given as `dense`. `columns`: one input a feature. */
  readonly takes: 'matrix' | 'columns';
  /**
   * Predictions, row-major, with the columns of the problem type.
   *
   * @throws MainspringFailure `ModelUnusable` when the answer has another shape than the problem type's
   */
  score(batch: FeatureBatch): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Opens models with the engine's own runtime: a trainer never grades itself. */
export interface Scorer {
  /**
   * @param path local file
   * @param name how messages call the model, e.g. `candidate`
   * @throws MainspringFailure `ModelUnusable` when it is no model, or takes or gives something else than the shape says
   */
  load(path: string, name: string, shape: ModelShape): Promise<LoadedModel>;
}
