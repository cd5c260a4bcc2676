/** Index of the largest value of a row. Of equal values the first counts. */
export function topClass(prediction: Float32Array, row: number, width: number): number {
  let best = 0;
  for (let of = 1; of < width; of += 1)
    if ((prediction[row * width + of] ?? NaN) > (prediction[row * width + best] ?? NaN)) best = of;
  return best;
}
