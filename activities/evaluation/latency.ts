import type { LoadedModel } from '../ports/scorer.js';
import { quantile } from './intervals.js';

const WARM_UP = 50;
/** Short rounds: some fit between two time slices of a busy host, and those tell what the model itself takes. */
const ROUNDS = 30;
const RUNS = 100;

/**
 * 99th percentile of one-row inferences in milliseconds, on this host and without HTTP: that of the quietest of
 * many short rounds, because neighbours on a shared host only ever add time.
 *
 * @param rows real requests, taken in turn
 */
export async function latencyP99Ms(
  model: LoadedModel,
  rows: readonly (readonly number[])[],
): Promise<number> {
  const requests = rows.map((row) => Float32Array.from(row));
  const once = async (n: number): Promise<number> => {
    const startedAt = performance.now();
    await model.score(requests[n % requests.length] ?? new Float32Array(), 1);
    return performance.now() - startedAt;
  };
  for (let n = 0; n < WARM_UP; n += 1) await once(n);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const times = new Float64Array(RUNS);
    for (let n = 0; n < RUNS; n += 1) times[n] = await once(n);
    best = Math.min(best, quantile(times.sort(), 0.99));
  }
  return best;
}
