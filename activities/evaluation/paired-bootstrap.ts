import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { PairedDifference } from '../../contracts/evaluation.js';
import { type MetricName, metricDirection } from '../../contracts/spec/metrics.js';
import { type Interval, expandedPercentile } from './intervals.js';
import { type UnitStatistics, unitMetric, weightedMetric } from './unit-statistics.js';

export interface BootstrapInput {
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
  metrics: readonly MetricName[];
  /** Two-sided, 0–1; the first one is that of `intervals`. */
  confidences: readonly number[];
  resamples: number;
  seed: number;
}

export interface BootstrapResult {
  intervals: Partial<Record<MetricName, Interval>>;
  paired: PairedDifference[];
}

/** Figures of one metric, one a resample. */
interface Draws {
  metric: MetricName;
  own: Float64Array;
  difference: Float64Array;
}

/**
 * Intervals by resampling whole units with replacement (cluster bootstrap; Davison and Hinkley, *Bootstrap methods and
 * their application*, 1997, section 3.8). Rows of one day share its weather: resampling rows would give intervals several
 * times too narrow. Candidate and champion are compared within the same resample, so what both find hard cancels out.
 *
 * Exact for every metric (see `UnitStatistics`) but for the resampling itself, which is fixed by the seed.
 */
export function pairedBootstrap(input: BootstrapInput): BootstrapResult {
  const { candidate, champion, metrics, resamples } = input;
  const everything = new Float64Array(candidate.units).fill(1);
  const draws = drawAll(input);
  const [main = 0.95] = input.confidences;

  const intervals = Object.fromEntries(
    draws.flatMap(({ metric, own }) => {
      const interval = expandedPercentile(own, candidate.units, main);
      return interval ? [[metric, interval]] : [];
    }),
  );
  if (!champion || resamples === 0) return { intervals, paired: [] };

  const paired = draws.flatMap(({ metric, difference }) => {
    const point =
      weightedMetric(metric, candidate, everything) - weightedMetric(metric, champion, everything);
    return input.confidences.flatMap((confidence) => {
      const interval = expandedPercentile(difference, candidate.units, confidence);
      if (!interval || !Number.isFinite(point)) return [];
      const unitsWon = shareWon(metric, candidate, champion);
      return [{ metric, difference: point, ...interval, confidence, unitsWon }];
    });
  });
  return { intervals, paired: metrics.flatMap((metric) => paired.filter((p) => p.metric === metric)) };
}

function drawAll({ candidate, champion, metrics, resamples, seed }: BootstrapInput): Draws[] {
  const random = xoroshiro128plus(seed);
  const weights = new Float64Array(candidate.units);
  const draws = metrics.map((metric): Draws => ({
    metric,
    own: new Float64Array(resamples),
    difference: new Float64Array(resamples).fill(NaN),
  }));
  for (let draw = 0; draw < resamples; draw += 1) {
    weights.fill(0);
    for (let n = 0; n < candidate.units; n += 1) {
      const unit = uniformInt(random, 0, candidate.units - 1);
      weights[unit] = (weights[unit] ?? 0) + 1;
    }
    for (const { metric, own, difference } of draws) {
      own[draw] = weightedMetric(metric, candidate, weights);
      if (champion) difference[draw] = (own[draw] ?? NaN) - weightedMetric(metric, champion, weights);
    }
  }
  return draws;
}

/** Share of units with the metric defined in which the candidate is better; equal counts half. */
function shareWon(metric: MetricName, candidate: UnitStatistics, champion: UnitStatistics): number {
  const sign = metricDirection[metric] === 'higher' ? 1 : -1;
  let [won, units] = [0, 0];
  for (let of = 0; of < candidate.units; of += 1) {
    const gain = sign * (unitMetric(metric, candidate, of) - unitMetric(metric, champion, of));
    if (!Number.isFinite(gain)) continue;
    units += 1;
    won += gain > 0 ? 1 : gain === 0 ? 0.5 : 0;
  }
  return units === 0 ? 0 : won / units;
}
