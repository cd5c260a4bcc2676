import { badness, computableFor, metricNamed, metricsOf } from '../../contracts/metrics/compare.js';
import type { Scored } from '../../contracts/metrics/define-metric.js';
import type { Metrics } from '../../contracts/evaluation.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import type { MonitoringSpec } from '../../contracts/spec/monitoring.js';
import type { LoggedRequests } from './request-log.js';
import type { AsideLabels } from './set-aside.js';

/** Labels set aside that are kept with their ids. Further ones are only counted. */
const KEPT = 1_000;

export interface Quality {
  labelled: number;
  /** Share of label 1 among the labelled rows, 0–1. Null for problems other than binary, and without labels. */
  labelRate: number | null;
  metrics: Metrics;
  /** The labelled rows themselves. */
  scored: Scored;
  /** Labels that the problem does not have. */
  aside: AsideLabels;
}

/**
 * Join the window's requests with the labels that have come by now. A request without a label is left out and never taken
 * as negative. A label that the problem does not have is set aside.
 */
export async function windowQuality(
  requests: LoggedRequests,
  problem: Problem,
  labelsOf: (inferenceIds: readonly string[]) => Promise<Map<string, number>>,
): Promise<Quality> {
  const { labels, width: widthOf } = problemType(problem);
  const width = widthOf(problem);
  const label = new Float64Array(requests.rows);
  const prediction = new Float32Array(requests.rows * width);
  const aside: AsideLabels = { count: 0, some: [] };
  let labelled = 0;
  let sum = 0;
  for await (const block of requests.predictions()) {
    const found = await labelsOf(block.ids);
    block.ids.forEach((id, i) => {
      const value = found.get(id);
      if (value === undefined) return;
      if (!labels.isValid(value, problem)) {
        aside.count += 1;
        if (aside.some.length < KEPT) aside.some.push({ id, label: value });
        return;
      }
      label[labelled] = value;
      prediction.set(block.predictions.subarray(i * width, (i + 1) * width), labelled * width);
      labelled += 1;
      sum += value;
    });
  }
  const scored: Scored = {
    problem,
    label: label.subarray(0, labelled),
    prediction: prediction.subarray(0, labelled * width),
    width,
  };
  return {
    labelled,
    labelRate: labelled === 0 || problem.type !== 'binary-classification' ? null : sum / labelled,
    metrics: labelled === 0 ? {} : finite(metricsOf(computableFor(problem), scored)),
    scored,
    aside,
  };
}

/** The metrics that are numbers: JSON has no other, and a record that cannot be read back would stop the monitor. */
const finite = (metrics: Metrics): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));

/** True when the watched metric is worse than the reference's by more than the spec allows; false when one of them is unknown. */
export function dropped(
  reference: Metrics,
  now: Metrics,
  { metric, dropsBy }: MonitoringSpec['quality'],
  problem: Problem,
): boolean {
  const [before, after] = [reference[metric], now[metric]];
  if (before === undefined || after === undefined) return false;
  return badness(metric, after, problem) - badness(metric, before, problem) > dropsBy;
}

/**
 * Why the watched metric is unknown although `minRows` rows have labels, in words. It is no drop: a metric such as ROC AUC
 * needs labels of both classes.
 *
 * @returns undefined when it is known, when labels are few, or when the reference does not have it either
 */
export function unmeasuredQuality(
  reference: Metrics,
  { metrics, labelled }: Pick<Quality, 'metrics' | 'labelled'>,
  { quality: { metric }, minRows }: Pick<MonitoringSpec, 'quality' | 'minRows'>,
): string | undefined {
  if (reference[metric] === undefined || metrics[metric] !== undefined || labelled < minRows)
    return undefined;
  return `${metricNamed(metric).label} is undefined for the ${labelled} labelled rows: see whether their labels are all alike or lack a class`;
}
