import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { expandedPercentile, quantile } from '../../../../activities/evaluation/intervals.js';

/** Share of intervals for the mean of `n` normal values that hold the true mean. */
function coverage(n: number, interval: (draws: Float64Array) => { low: number; high: number }): number {
  const random = xoroshiro128plus(42);
  const uniform = (): number => uniformFloat64(random) || Number.MIN_VALUE;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let held = 0;
  const WORLDS = 1_000;
  for (let world = 0; world < WORLDS; world += 1) {
    const sample = Array.from({ length: n }, normal);
    const draws = Float64Array.from({ length: 1_000 }, () => {
      let sum = 0;
      for (let i = 0; i < n; i += 1) sum += sample[uniformInt(random, 0, n - 1)]!;
      return sum / n;
    });
    const { low, high } = interval(draws);
    if (low <= 0 && 0 <= high) held += 1;
  }
  return held / WORLDS;
}

describe('the expanded percentile interval', () => {
  it('holds the truth about as often as it says with seven units, where the plain one is too narrow', () => {
    const plain = coverage(7, (draws) => {
      const sorted = draws.sort();
      return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
    });
    const expanded = coverage(7, (draws) => expandedPercentile(draws, 7, 0.95)!);

    expect(plain).toBeLessThan(0.91);
    expect(expanded).toBeGreaterThan(0.925);
    expect(expanded).toBeLessThan(0.975);
  });

  it('moves the percentiles outwards for few units and hardly at all for many', () => {
    const draws = Float64Array.from({ length: 100_001 }, (_, n) => n / 100_000);

    expect(expandedPercentile(draws, 7, 0.95)!.low).toBeCloseTo(0.0041, 4);
    expect(expandedPercentile(draws, 400, 0.95)!.low).toBeCloseTo(0.0245, 4);
  });

  it('has no interval from one unit, or when most draws are undefined', () => {
    expect(expandedPercentile(Float64Array.of(1, 2, 3), 1, 0.95)).toBeUndefined();
    expect(expandedPercentile(Float64Array.of(1, NaN, NaN, NaN, 2, NaN), 5, 0.95)).toBeUndefined();
  });

  it('interpolates quantiles as NumPy does', () => {
    expect([0.1, 0.025, 0.9].map((share) => quantile([1, 2, 4, 8, 16], share))).toEqual([1.4, 1.1, 12.8]);
  });
});
