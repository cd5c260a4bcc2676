import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { PairedDifference } from '../../contracts/evaluation.js';
import { badness, compared } from '../../contracts/metrics/compare.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import { breather } from './breather.js';
import { type Interval, expandedPercentile } from './intervals.js';
import { type UnitStatistics, unitMetric, weightedMetric } from './unit-statistics.js';

export interface BootstrapInput {
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
  metrics: readonly MetricName[];
  /** Confidence levels of the intervals, 0–1, two-sided. The first level is used for `intervals`. */
  confidences: readonly number[];
  resamples: number;
  seed: number;
}

export interface BootstrapResult {
  intervals: Partial<Record<MetricName, Interval>>;
  paired: PairedDifference[];
}

/** Values of one metric, one value for each resample. */
interface Draws {
  metric: MetricName;
  own: Float64Array;
  difference: Float64Array;
}

/** The value that is compared between the models: the metric, or its distance to the target if it has one. */
const valueOf = (metric: MetricName, stats: UnitStatistics, weights: ArrayLike<number>): number =>
  compared(metric, weightedMetric(metric, stats, weights), stats.problem);

/**
 * Intervals by resampling whole units with replacement (cluster bootstrap; Davison and Hinkley, *Bootstrap methods
 * and their application*, 1997, section 3.8). The rows of one unit are not independent, for example those of one day:
 * resampling single rows would give intervals that are several times too narrow. Candidate and champion are compared
 * within the same resample, so that rows which are hard for both cancel out.
 *
 * The metrics are computed exactly (see `UnitStatistics`). Only the choice of resamples is random, and the seed fixes
 * it.
 *
 * Lets other work of the process go on between resamples and metrics.
 */
export async function pairedBootstrap(input: BootstrapInput): Promise<BootstrapResult> {
  const { candidate, champion, resamples } = input;
  const everything = new Float64Array(candidate.units).fill(1);
  const breathe = breather();
  const draws = await drawAll(input, breathe);
  const [main = 0.95] = input.confidences;

  const intervals = Object.fromEntries(
    draws.flatMap(({ metric, own }) => {
      const interval = expandedPercentile(own, candidate.units, main);
      return interval ? [[metric, interval]] : [];
    }),
  );
  if (!champion || resamples === 0) return { intervals, paired: [] };

  const paired: PairedDifference[] = [];
  for (const { metric, difference } of draws) {
    const point = valueOf(metric, candidate, everything) - valueOf(metric, champion, everything);
    if (!Number.isFinite(point)) continue;
    const unitsWon = await shareWon(metric, candidate, champion, breathe);
    for (const confidence of input.confidences) {
      const interval = expandedPercentile(difference, candidate.units, confidence);
      if (interval) paired.push({ metric, difference: point, ...interval, confidence, unitsWon });
    }
  }
  return { intervals, paired };
}

async function drawAll(
  { candidate, champion, metrics, resamples, seed }: BootstrapInput,
  breathe: () => Promise<void>,
): Promise<Draws[]> {
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
      await breathe();
      own[draw] = weightedMetric(metric, candidate, weights);
      if (champion)
        difference[draw] =
          compared(metric, own[draw] ?? NaN, candidate.problem) - valueOf(metric, champion, weights);
    }
  }
  return draws;
}

/**
 * Share of units in which the candidate is better. A tie counts half. Units without a value of the metric are left
 * out.
 */
async function shareWon(
  metric: MetricName,
  candidate: UnitStatistics,
  champion: UnitStatistics,
  breathe: () => Promise<void>,
): Promise<number> {
  let [won, units] = [0, 0];
  for (let of = 0; of < candidate.units; of += 1) {
    await breathe();
    const bad = (stats: UnitStatistics) => badness(metric, unitMetric(metric, stats, of), stats.problem);
    const gain = bad(champion) - bad(candidate);
    if (!Number.isFinite(gain)) continue;
    units += 1;
    won += gain > 0 ? 1 : gain === 0 ? 0.5 : 0;
  }
  return units === 0 ? 0 : won / units;
}
