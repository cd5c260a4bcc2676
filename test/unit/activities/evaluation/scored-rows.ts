import fc from 'fast-check';
import type { Scored } from '../../../../activities/evaluation/metrics.js';

/** Rows of both classes, with many ties: scores are multiples of 1/16. */
export const scoredRows = (): fc.Arbitrary<Scored> =>
  fc
    .array(fc.record({ y: fc.integer({ min: 0, max: 1 }), p: fc.integer({ min: 0, max: 16 }) }), {
      minLength: 2,
      maxLength: 60,
    })
    .map((rows) => [{ y: 0, p: 8 }, { y: 1, p: 8 }, ...rows])
    .map((rows) => ({
      label: Uint8Array.from(rows, (row) => row.y),
      score: Float32Array.from(rows, (row) => row.p / 16),
    }));
