import type { Metrics } from '../../contracts/evaluation.js';
import { type MetricName, metricDirection } from '../../contracts/spec/metrics.js';
import type { MonitoringSpec } from '../../contracts/spec/monitoring.js';
import { type Scored, metricsOf } from '../evaluation/metrics.js';
import type { LoggedRequests } from './request-log.js';

const METRICS: readonly MetricName[] = ['roc_auc', 'log_loss', 'calibration_error', 'brier'];

export interface Quality {
  labelled: number;
  labelRate: number | null;
  metrics: Metrics;
  /** The labelled rows themselves. */
  scored: Scored;
}

/**
 * The window's requests joined with the labels that have come by now. A request without a label is left out, never taken as
 * negative; a label that is neither 0 nor 1 is none.
 */
export async function windowQuality(
  requests: LoggedRequests,
  labelsOf: (inferenceIds: readonly string[]) => Promise<Map<string, number>>,
): Promise<Quality> {
  const scored: Scored = { label: new Uint8Array(requests.rows), score: new Float32Array(requests.rows) };
  let labelled = 0;
  let positives = 0;
  for await (const { ids, scores } of requests.scores()) {
    const labels = await labelsOf(ids);
    ids.forEach((id, i) => {
      const label = labels.get(id);
      if (label !== 0 && label !== 1) return;
      scored.label[labelled] = label;
      scored.score[labelled] = scores[i] ?? NaN;
      labelled += 1;
      positives += label;
    });
  }
  const joined = { label: scored.label.subarray(0, labelled), score: scored.score.subarray(0, labelled) };
  return {
    labelled,
    labelRate: labelled === 0 ? null : positives / labelled,
    metrics: labelled === 0 ? {} : metricsOf(METRICS, joined),
    scored: joined,
  };
}

/** Whether the watched metric is worse than the reference's by more than the spec allows; false when one of them is unknown. */
export function dropped(
  reference: Metrics,
  now: Metrics,
  { metric, dropsBy }: MonitoringSpec['quality'],
): boolean {
  const [before, after] = [reference[metric], now[metric]];
  if (before === undefined || after === undefined) return false;
  return (metricDirection[metric] === 'higher' ? before - after : after - before) > dropsBy;
}
