import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dimension } from '../../../../contracts/spec/training.js';
import { sampleTrial } from '../../../../workflows/policy/search-space.js';

const space = {
  leaves: Dimension.parse({ int: [15, 255], scale: 'log' }),
  rate: Dimension.parse({ float: [0.02, 0.3], scale: 'log' }),
  rounds: Dimension.parse({ int: [1, 3] }),
  sample: Dimension.parse({ float: [0.5, 1] }),
  kind: Dimension.parse({ choice: ['gbdt', 'dart'] }),
};
const trials = (count: number, seed = 1) =>
  Array.from({ length: count }, (_, n) => sampleTrial(space, seed, n));
const share = <T>(values: T[], test: (value: T) => boolean) => values.filter(test).length / values.length;

describe('random search', () => {
  it('gives a trial the same parameters however often it is asked, and others with another seed', () => {
    expect(sampleTrial(space, 1, 7)).toEqual(sampleTrial(space, 1, 7));
    expect(sampleTrial(space, 2, 7)).not.toEqual(sampleTrial(space, 1, 7));
    expect(sampleTrial(space, 1, 8)).not.toEqual(sampleTrial(space, 1, 7));
  });

  it('leaves the other parameters of a trial as they are when a dimension is added', () => {
    const { rate, ...rest } = sampleTrial(space, 1, 3);
    const { rate: _, ...smaller } = space;
    expect(rate).toBeDefined();
    expect(sampleTrial(smaller, 1, 3)).toEqual(rest);
  });

  it('stays inside every bound, whole numbers whole', () => {
    const bounds = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }));
    const scale = fc.constantFrom('linear' as const, 'log' as const);
    fc.assert(
      fc.property(bounds, scale, fc.integer(), fc.nat(10_000), ([low, width], at, seed, n) => {
        const high = low + width;
        const drawn = sampleTrial(
          { i: { int: [low, high], scale: at }, f: { float: [low, high], scale: at } },
          seed,
          n,
        );
        for (const value of [drawn['i'], drawn['f']]) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
        expect(Number.isInteger(drawn['i'])).toBe(true);
      }),
    );
  });

  it('draws each whole number and each choice equally often', () => {
    const drawn = trials(6_000);
    for (const rounds of [1, 2, 3]) expect(share(drawn, (t) => t['rounds'] === rounds)).toBeCloseTo(1 / 3, 1);
    expect(share(drawn, (t) => t['kind'] === 'dart')).toBeCloseTo(0.5, 1);
  });

  it('spreads a logarithmic scale evenly over orders of magnitude', () => {
    const drawn = trials(6_000);
    const middle = Math.sqrt(0.02 * 0.3);
    expect(share(drawn, (t) => Number(t['rate']) < middle)).toBeCloseTo(0.5, 1);
    expect(share(drawn, (t) => Number(t['leaves']) < Math.sqrt(15 * 256))).toBeCloseTo(0.5, 1);
  });

  it('draws the dimensions independently of each other', () => {
    const drawn = trials(6_000);
    const both = share(drawn, (t) => Number(t['sample']) < 0.75 && t['kind'] === 'gbdt');
    expect(both).toBeCloseTo(0.25, 1);
  });

  it('refuses a logarithmic scale that reaches zero', () => {
    expect(Dimension.safeParse({ float: [0, 1], scale: 'log' }).error?.message).toContain(
      'needs a low above 0',
    );
  });
});
