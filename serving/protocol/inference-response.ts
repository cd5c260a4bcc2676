/** Scores by row, and the version that gave each. */
export interface Answer {
  scores: Float32Array;
  /** One version for all rows, or one per row when a canary answered some of them. */
  versions: number | readonly number[];
}

/** By hand: the shape is fixed, and this is every request's last step. */
export function inferenceResponse(model: string, id: string, { scores, versions }: Answer): string {
  let data = '';
  for (let row = 0; row < scores.length; row++) data += row === 0 ? scores[row] : `,${scores[row]}`;
  const head =
    typeof versions === 'number'
      ? `"model_version":"${versions}"`
      : `"model_version":"${Math.min(...versions)}","parameters":{"model_versions":${JSON.stringify(versions.map(String))}}`;
  return `{"model_name":"${model}",${head},"id":${JSON.stringify(id)},"outputs":[{"name":"probability","shape":[${scores.length}],"datatype":"FP32","data":[${data}]}]}`;
}
