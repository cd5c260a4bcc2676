// Made by `npm run generate` from the modules of this folder that call defineMetric. Do not edit it by hand.
import { accuracy } from './accuracy.js';
import { brier } from './brier.js';
import { calibrationError } from './calibration-error.js';
import { f1Macro } from './f1-macro.js';
import { f1Weighted } from './f1-weighted.js';
import { intervalCoverage } from './interval-coverage.js';
import { logLoss } from './log-loss.js';
import { mae } from './mae.js';
import { meanError } from './mean-error.js';
import { pinballLoss } from './pinball-loss.js';
import { r2 } from './r2.js';
import { rmse } from './rmse.js';
import { rocAuc } from './roc-auc.js';
import { rocAucOvr } from './roc-auc-ovr.js';

/** Every kind by its name. */
export const METRICS = {
  accuracy,
  brier,
  calibration_error: calibrationError,
  f1_macro: f1Macro,
  f1_weighted: f1Weighted,
  interval_coverage: intervalCoverage,
  log_loss: logLoss,
  mae,
  mean_error: meanError,
  pinball_loss: pinballLoss,
  r2,
  rmse,
  roc_auc: rocAuc,
  roc_auc_ovr: rocAucOvr,
} as const;
export type MetricName = keyof typeof METRICS;

/** The names of all kinds. */
export const METRIC_NAMES = [
  'accuracy',
  'brier',
  'calibration_error',
  'f1_macro',
  'f1_weighted',
  'interval_coverage',
  'log_loss',
  'mae',
  'mean_error',
  'pinball_loss',
  'r2',
  'rmse',
  'roc_auc',
  'roc_auc_ovr',
] as const;
