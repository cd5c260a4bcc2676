/** A loaded model of the one shape that the engine knows: float32 `features` [n, width] in, `probabilities` [n, 2] out. */
export interface LoadedModel {
  /**
   * Probability of label 1 for `rows` rows.
   *
   * @param features row-major, `rows × width` values; NaN is a missing value
   * @throws ApplicationFailure `ModelUnusable` when the answer has another shape than promised
   */
  score(features: Float32Array, rows: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Opens models with the engine's own runtime: a trainer never grades itself. */
export interface Scorer {
  /**
   * @param path local file
   * @param name how messages call the model, e.g. `candidate`
   * @throws ApplicationFailure `ModelUnusable` when it is no model, or takes or gives something else than expected
   */
  load(path: string, name: string, width: number): Promise<LoadedModel>;
}
