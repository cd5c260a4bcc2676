import type { Scored } from '../../../../contracts/metrics/define-metric.js';

export interface Dot {
  predicted: number;
  truth: number;
  /** Label minus prediction. */
  error: number;
}

/** Most dots of a plot. More would make the page heavy and the cloud no clearer. */
const MAX_DOTS = 2_000;

/** A dot for every row, or for every n-th row of a large table. */
export function dotsOf({ label, prediction, width }: Scored): Dot[] {
  const every = Math.max(1, Math.ceil(label.length / MAX_DOTS));
  return Array.from({ length: Math.ceil(label.length / every) }, (_, dot) => {
    const truth = label[dot * every] ?? NaN;
    const predicted = prediction[dot * every * width] ?? NaN;
    return { predicted, truth, error: truth - predicted };
  });
}
