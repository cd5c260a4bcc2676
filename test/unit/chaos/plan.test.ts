import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planKills, stages, targets } from '../../chaos/plan.js';

describe('planKills', () => {
  it('gives the same plan for the same numbers, and another for another seed', () => {
    expect(planKills(25, 7, 8)).toEqual(planKills(25, 7, 8));
    expect(planKills(25, 7, 8)).not.toEqual(planKills(25, 8, 8));
  });

  it('hits every server, a job, a pool and everything at once within the first six kills', () => {
    const hit = planKills(6, 3, 6)
      .flat()
      .map(({ target }) => target);

    expect(hit.toSorted()).toEqual(['everything', 'job', 'object-store', 'postgres', 'temporal', 'training']);
  });

  it('hits every target once there are enough kills', () => {
    const hit = planKills(targets.length, 5, 8)
      .flat()
      .map(({ target }) => target);

    expect(hit.toSorted()).toEqual([...targets].toSorted());
  });

  it('spends every kill in some life, in the order of the stages', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        (n, seed, per) => {
          const lives = planKills(n, seed, per);

          expect(lives.flat()).toHaveLength(n);
          for (const life of lives) {
            const order = life.map(({ stage }) => stages.indexOf(stage));
            expect(order).toEqual(order.toSorted((a, b) => a - b));
            expect(life.length).toBeLessThanOrEqual(per);
          }
        },
      ),
    );
  });
});
