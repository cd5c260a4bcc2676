import type { Promised } from '../../../contracts/metrics/arithmetic/calibration.js';
import { topClass } from '../../../contracts/metrics/arithmetic/top-class.js';
import type { Scored } from '../../../contracts/metrics/define-metric.js';

/**
 * For each row a predicted probability and whether the event happened. The event is label 1 with two classes, and the
 * predicted class with several.
 */
export function promisedBy({ label, prediction, width }: Scored): Promised {
  const rows = label.length;
  if (width === 1)
    return { rows, score: (row) => prediction[row] ?? NaN, happened: (row) => label[row] === 1 };
  const top = Int32Array.from({ length: rows }, (_, row) => topClass(prediction, row, width));
  return {
    rows,
    score: (row) => prediction[row * width + (top[row] ?? 0)] ?? NaN,
    happened: (row) => label[row] === top[row],
  };
}
