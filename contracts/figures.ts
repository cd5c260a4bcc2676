import type { MetricName } from './spec/metrics.js';

const LABELS: Record<MetricName, string> = {
  roc_auc: 'ROC AUC',
  log_loss: 'log loss',
  calibration_error: 'calibration error',
  brier: 'Brier score',
};

/** A metric's name in a sentence. */
export const metricLabel = (metric: MetricName): string => LABELS[metric];

/** Four decimals: a promotion is decided in the third. */
export const value = (figure: number): string => figure.toFixed(4);

/** A change with its sign. */
export const difference = (change: number): string => (change < 0 ? '−' : '+') + value(Math.abs(change));

/** 0–1 as a percentage, without needless decimals. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
