import fc from 'fast-check';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { BINARY } from '../../../../contracts/problems/index.js';

/** Rows of both classes, with many ties: scores are multiples of 1/16. */
export const scoredRows = (): fc.Arbitrary<Scored> =>
  fc
    .array(fc.record({ y: fc.integer({ min: 0, max: 1 }), p: fc.integer({ min: 0, max: 16 }) }), {
      minLength: 2,
      maxLength: 60,
    })
    .map((rows) => [{ y: 0, p: 8 }, { y: 1, p: 8 }, ...rows])
    .map((rows) => ({
      problem: BINARY,
      label: rows.map((row) => row.y),
      prediction: Float32Array.from(rows, (row) => row.p / 16),
      width: 1,
    }));
