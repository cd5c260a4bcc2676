import { pairedBootstrap } from '../../activities/evaluation/paired-bootstrap.js';
import { unitStatistics } from '../../activities/evaluation/unit-statistics.js';
import { metricOf } from '../../contracts/metrics/compare.js';
import type { Scored } from '../../contracts/metrics/define-metric.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import { type Sample, type World, randomOf } from './worlds.js';

/** Units of the sample that stands for the whole population. */
const POPULATION = 40_000;

/** How often the interval of one metric held the figure of the population. */
export interface Coverage {
  metric: MetricName;
  /** Share of the intervals for the candidate's own figure, 0–1. */
  own: number;
  /** Share of the intervals for the difference of candidate and champion, 0–1. */
  paired: number;
}

export interface CoverageInput {
  units: number;
  /** Samples to draw; each gives one interval a metric. */
  samples: number;
  resamples: number;
  confidence: number;
}

/** The figures of a whole population, of which each sample sees a few units. */
export interface Truth {
  own: number;
  difference: number;
}

export function truthOf({ draw, metrics }: World, population = POPULATION): Map<MetricName, Truth> {
  const { candidate, champion } = draw(population, randomOf(1));
  return new Map(
    metrics.map((metric) => {
      const own = metricOf(metric, candidate);
      return [metric, { own, difference: own - metricOf(metric, champion) }];
    }),
  );
}

/** Measures, on samples of a known population, how often the intervals hold the truth. */
export async function coverageOf(
  world: World,
  truth: Map<MetricName, Truth>,
  input: CoverageInput,
): Promise<Coverage[]> {
  const held = new Map(world.metrics.map((metric) => [metric, { own: 0, paired: 0 }]));
  const random = randomOf(2);
  for (let sample = 0; sample < input.samples; sample += 1) {
    const { intervals, paired } = await intervalsOf(world, world.draw(input.units, random), input, sample);
    for (const [metric, counts] of held) {
      const { own, difference } = truth.get(metric) ?? { own: NaN, difference: NaN };
      if (holds(intervals[metric], own)) counts.own += 1;
      if (
        holds(
          paired.find((found) => found.metric === metric),
          difference,
        )
      )
        counts.paired += 1;
    }
  }
  return [...held].map(([metric, { own, paired }]) => ({
    metric,
    own: own / input.samples,
    paired: paired / input.samples,
  }));
}

function intervalsOf(
  { metrics }: World,
  sample: Sample,
  { resamples, confidence }: CoverageInput,
  seed: number,
) {
  const stats = (rows: Scored) => unitStatistics(metrics, rows, sample.unit, sample.units);
  return pairedBootstrap({
    candidate: stats(sample.candidate),
    champion: stats(sample.champion),
    metrics,
    confidences: [confidence],
    resamples,
    seed,
  });
}

const holds = (interval: { low: number; high: number } | undefined, truth: number): boolean =>
  interval !== undefined && interval.low <= truth && truth <= interval.high;
