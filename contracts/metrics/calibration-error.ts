import { calibrationState } from './arithmetic/calibration.js';
import { topClass } from './arithmetic/top-class.js';
import { defineMetric, fourDecimals } from './define-metric.js';

/**
 * Expected calibration error over 15 equal-width bins (see `arithmetic/calibration.ts`). With two classes it takes
 * the probability of label 1. With several classes it takes the probability of the predicted class.
 */
export const calibrationError = defineMetric({
  name: 'calibration_error',
  label: 'calibration error',
  summary: 'how far its probabilities lie from the observed shares (0.01 is one percentage point)',
  rule: 'over 15 equal-width bins: mean of |mean probability − share of hits|, weighted by the rows of the bin',
  direction: 'lower',
  format: fourDecimals,
  range: { least: 0, most: 1 },
  problems: ['binary-classification', 'multiclass-classification'],
  accumulate: ({ label, prediction, width }, unit, units) => {
    if (width === 1)
      return calibrationState(
        {
          rows: label.length,
          score: (row) => prediction[row] ?? NaN,
          happened: (row) => label[row] === 1,
        },
        unit,
        units,
      );
    const top = Int32Array.from({ length: label.length }, (_, row) => topClass(prediction, row, width));
    return calibrationState(
      {
        rows: label.length,
        score: (row) => prediction[row * width + (top[row] ?? 0)] ?? NaN,
        happened: (row) => label[row] === top[row],
      },
      unit,
      units,
    );
  },
});
