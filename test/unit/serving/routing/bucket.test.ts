import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucket, isCandidates } from '../../../../serving/routing/bucket.js';

describe('sticky routing', () => {
  it('keeps an entity where it is, and a higher share only adds entities', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (salt, entity, a, b) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          expect(isCandidates(salt, entity, low)).toBe(isCandidates(salt, entity, low));
          if (isCandidates(salt, entity, low)) expect(isCandidates(salt, entity, high)).toBe(true);
        },
      ),
    );
  });

  it('sends no entity to the candidate at share 0, and every entity at share 1', () => {
    fc.assert(
      fc.property(fc.string(), (entity) => {
        expect(isCandidates('s', entity, 0)).toBe(false);
        expect(isCandidates('s', entity, 1)).toBe(true);
      }),
    );
  });

  it.each([0.01, 0.1, 0.5])('hits a share of %d among ids that differ in their last digits only', (share) => {
    const n = 100_000;
    let mine = 0;
    for (let i = 0; i < n; i++) if (isCandidates('release/m/2', `2001-02-01-${i}`, share)) mine += 1;
    // Five standard deviations of the binomial distribution.
    expect(Math.abs(mine - n * share)).toBeLessThan(5 * Math.sqrt(n * share * (1 - share)));
  });

  it('draws anew with another salt', () => {
    const n = 10_000;
    let both = 0;
    for (let i = 0; i < n; i++) if (bucket('a', `e${i}`) < 0.1 && bucket('b', `e${i}`) < 0.1) both += 1;
    expect(Math.abs(both - n * 0.01)).toBeLessThan(60);
  });
});
