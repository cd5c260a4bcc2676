import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending } from '../../../../../contracts/metrics/arithmetic/order.js';

describe('ascending', () => {
  it('orders scores as a comparator does, equal ones by index', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true })), (values) => {
        const scores = Float32Array.from(values);
        const expected = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]! || a - b);
        expect([...ascending(scores)]).toEqual(expected);
      }),
    );
  });

  it('takes −0 for 0', () => {
    expect([...ascending(Float32Array.from([-0, 0, -0]))]).toEqual([0, 1, 2]);
  });
});
