import { z } from 'zod';

/** Metrics that the engine computes itself from scores and labels. */
export const MetricName = z.enum(['roc_auc', 'log_loss', 'calibration_error', 'brier']);
export type MetricName = z.infer<typeof MetricName>;

/** Which way a metric gets better. */
export const metricDirection: Record<MetricName, 'higher' | 'lower'> = {
  roc_auc: 'higher',
  log_loss: 'lower',
  calibration_error: 'lower',
  brier: 'lower',
};
