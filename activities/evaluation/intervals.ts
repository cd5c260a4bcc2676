import jstat from 'jstat';

const { normal, studentt } = jstat.jStat;

export interface Interval {
  low: number;
  high: number;
}

/**
 * Expanded percentile interval of a bootstrap over `units` units: the percentiles are moved outwards from α/2 to
 * Φ(−√(n/(n−1)) · t(1 − α/2; n−1)), because with few units the plain percentile interval is too narrow (Hesterberg, *What
 * teachers should know about the bootstrap*, The American Statistician 69(4), 2015, section 4.4). For 7 units and 95 % that
 * is 0.4 % instead of 2.5 %; for 400 units nothing changes.
 *
 * @param draws one figure a resample; those that are not finite are left out
 * @returns undefined when fewer than two units, or half of the draws, remain
 */
export function expandedPercentile(
  draws: Float64Array,
  units: number,
  confidence: number,
): Interval | undefined {
  const sorted = draws.filter(Number.isFinite).sort();
  if (units < 2 || sorted.length < Math.max(2, draws.length / 2)) return undefined;
  const t = studentt.inv((1 + confidence) / 2, units - 1);
  const tail = normal.cdf(-t * Math.sqrt(units / (units - 1)), 0, 1);
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Quantile by linear interpolation between neighbours: type 7 of Hyndman and Fan (1996), NumPy's default. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
