import { describe, expect, it } from 'vitest';
import { blows, isKill, planStrikes } from '../../../chaos/training/plan.js';

describe('the plan of strikes', () => {
  it('is the same for the same numbers, and another for another seed', () => {
    expect(planStrikes(50, 3)).toEqual(planStrikes(50, 3));
    expect(planStrikes(50, 3)).not.toEqual(planStrikes(50, 4));
  });

  it('has as many kills as were asked for, and every kind of blow', () => {
    const plan = planStrikes(200, 7);
    expect(plan.filter(({ blow }) => isKill(blow))).toHaveLength(200);
    expect(new Set(plan.map(({ blow }) => blow))).toEqual(new Set(blows));
  });

  it('hits each part once before any a second time', () => {
    const kills = planStrikes(9, 1).filter(({ blow }) => isKill(blow));
    expect(new Set(kills.map(({ blow }) => blow)).size).toBe(9);
  });
});
