import type { FeatureBatch } from '../../contracts/feature-batch.js';
import type { LoadedModel } from '../ports/scorer.js';
import { quantile } from './intervals.js';

const WARM_UP = 50;
/**
 * Number of rounds. Some short rounds run without interruption even on a busy host, and these show the model's own
 * time.
 */
const ROUNDS = 30;
const RUNS = 100;

/**
 * 99th percentile of one-row inferences in milliseconds, on this host and without HTTP. It is the percentile of the
 * fastest of many short rounds, because other processes on the host only add time.
 *
 * @param requests real requests of one row each, taken in turn; without any the latency is unknown (NaN)
 */
export async function latencyP99Ms(model: LoadedModel, requests: readonly FeatureBatch[]): Promise<number> {
  const once = async (n: number): Promise<number> => {
    const request = requests[n % requests.length];
    if (!request) return NaN;
    const startedAt = performance.now();
    await model.score(request);
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
