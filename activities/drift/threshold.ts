import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { psi, shares } from './psi.js';

/** Enough for a 99.9 % quantile to rest on ten draws. */
const RESAMPLES = 10_000;

/**
 * PSI above which a window counts as drifted: what the reference shows against itself when `draw` of its units (days) are
 * drawn at random, with replacement, and never less than the floor. A threshold from the χ² distribution would be far too
 * small, because rows of one day share its weather.
 *
 * @param counts per unit the rows per bin
 */
export function driftThreshold(
  counts: readonly Float64Array[],
  drift: { floor: number; resampledUnits: number; quantile: number },
  seed: number,
): number {
  const bins = counts[0]?.length ?? 0;
  const total = new Float64Array(bins);
  for (const unit of counts) unit.forEach((count, bin) => (total[bin] = (total[bin] ?? 0) + count));
  const reference = shares(total);
  const random = xoroshiro128plus(seed);
  const drawn = new Float64Array(RESAMPLES);
  const window = new Float64Array(bins);
  const sums = counts.map((unit) => unit.reduce((sum, count) => sum + count, 0));
  for (let draw = 0; draw < RESAMPLES; draw += 1) {
    window.fill(0);
    let rows = 0;
    for (let n = 0; n < drift.resampledUnits; n += 1) {
      const of = uniformInt(random, 0, counts.length - 1);
      const unit = counts[of];
      rows += sums[of] ?? 0;
      for (let bin = 0; bin < bins; bin += 1) window[bin] = (window[bin] ?? 0) + (unit?.[bin] ?? 0);
    }
    for (let bin = 0; bin < bins; bin += 1) window[bin] = (window[bin] ?? 0) / rows;
    drawn[draw] = psi(reference, window);
  }
  drawn.sort();
  return Math.max(drift.floor, drawn[Math.ceil(drift.quantile * RESAMPLES) - 1] ?? 0);
}
