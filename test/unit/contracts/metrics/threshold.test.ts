import { describe, expect, it } from 'vitest';
import { type Threshold, thresholdFault } from '../../../../contracts/metrics/threshold.js';

const faultOf = (metric: Threshold['metric'], bounds: Threshold['bounds'], value: number) =>
  thresholdFault({ metric, bounds, value });

describe('a threshold that some models pass and others do not', () => {
  it.each<[Threshold['metric'], Threshold['bounds'], number]>([
    ['accuracy', 'least', 0],
    ['accuracy', 'least', 1],
    ['accuracy', 'most', 0],
    ['r2', 'least', -4],
    ['mae', 'most', 3_000],
    ['mean_error', 'least', -75],
    ['log_loss', 'most', 0.4],
    ['roc_auc', 'gain', 0],
    ['roc_auc', 'gain', -0.1],
    ['roc_auc', 'loss', 0.5],
    ['mae', 'gain', 75],
    ['rmse', 'loss', 75],
  ])('has no fault: %s, %s %d', (metric, bounds, value) => {
    expect(faultOf(metric, bounds, value)).toBeUndefined();
  });
});

describe('a threshold that decides nothing', () => {
  it.each<[Threshold['metric'], Threshold['bounds'], number, string, string]>([
    ['accuracy', 'least', 75, '75: accuracy lies from 0 to 1, so that no model reaches it', '75 % is 0.75.'],
    [
      'accuracy',
      'least',
      -1,
      '-1: accuracy lies from 0 to 1, so that every model reaches it',
      'Choose a value from 0 to 1.',
    ],
    [
      'log_loss',
      'most',
      -0.5,
      '-0.5: log_loss lies from 0 to 36.04, so that no model keeps it',
      'Choose a value from 0 to 36.04.',
    ],
    ['brier', 'most', 20, '20: brier lies from 0 to 1, so that every model keeps it', '20 % is 0.2.'],
    ['mae', 'most', -1, '-1: mae is never below 0, so that no model keeps it', 'Choose at least 0.'],
    ['r2', 'least', 100, '100: r2 is never above 1, so that no model reaches it', 'Choose at most 1.'],
    [
      'roc_auc',
      'gain',
      1,
      '1: roc_auc lies from 0 to 1, so that no two models differ by more',
      'Choose a difference between -1 and 1.',
    ],
    [
      'roc_auc',
      'loss',
      1,
      '1: roc_auc lies from 0 to 1, so that no two models differ by more',
      'Choose a difference below 1.',
    ],
    [
      'roc_auc',
      'loss',
      2,
      '2: roc_auc lies from 0 to 1, so that no two models differ by more',
      '2 % is 0.02.',
    ],
  ])('is told with the range and a remedy: %s, %s %d', (metric, bounds, value, message, remedy) => {
    expect(faultOf(metric, bounds, value)).toEqual({ message, remedy });
  });
});
