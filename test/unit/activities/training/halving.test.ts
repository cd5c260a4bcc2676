import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goesOn, lookAgainMs, rungsOf } from '../../../../activities/training/policy/halving.js';

const reduction = fc.integer({ min: 2, max: 10 });

/** Trials that reach one rung in this order. Returns for each whether it goes on. */
function run(values: number[], eta: number): boolean[] {
  return values.map((value, index) => {
    const before = values.slice(0, index);
    const place = 1 + before.filter((other) => other <= value).length;
    return goesOn({ place, reached: index + 1 }, { reduction: eta });
  });
}

describe('successive halving', () => {
  it('judges at the first step and then ever more rarely', () => {
    expect(rungsOf({ minSteps: 10, reduction: 3 }).slice(0, 4)).toEqual([10, 30, 90, 270]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), reduction, (minSteps, eta) => {
        const rungs = rungsOf({ minSteps, reduction: eta });
        expect(rungs[0]).toBe(minSteps);
        expect(rungs.length).toBeLessThan(32);
        rungs.slice(1).forEach((rung, index) => expect(rung).toBe(rungs[index]! * eta));
      }),
    );
  });

  it('never stops the best trial so far', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), reduction, (values, eta) => {
        run(values, eta).forEach((on, index) => {
          if (values.slice(0, index).every((other) => values[index]! < other)) expect(on).toBe(true);
        });
      }),
    );
  });

  it('lets a better trial go on wherever a worse one would', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.nat(1_000), reduction, (reached, at, eta) => {
        const place = 1 + (at % reached);
        if (goesOn({ place, reached }, { reduction: eta }))
          for (let better = 1; better < place; better++)
            expect(goesOn({ place: better, reached }, { reduction: eta })).toBe(true);
      }),
    );
  });

  it('lets about one in so many go on when trials come in any order', () => {
    const random = Array.from({ length: 1_000 }, (_, n) => (n * 0.618_033_988_75) % 1);
    const went = run(random, 4).filter(Boolean).length;
    expect(went).toBeGreaterThan(150);
    expect(went).toBeLessThan(350);
  });

  it('lets at least one trial run to its end, for any order of arrivals and repeated looks', () => {
    const steps = fc.array(fc.nat(7), { minLength: 1, maxLength: 400 });
    const losses = fc.array(fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(losses, steps, reduction, (curves, order, eta) => {
        const rungs = [0, 1, 2].map(() => new Map<number, number>());
        const at = curves.map(() => -1);
        const stopped = new Set<number>();
        /** Trial `n` advances to its next rung or to its end. A stopped trial stays where it is. */
        const move = (n: number): void => {
          if (stopped.has(n) || at[n]! >= 3) return;
          at[n]! += 1;
          const value = curves[n]![at[n]!];
          if (value !== undefined) rungs[at[n]!]!.set(n, value);
          curves.forEach((_, other) => {
            const rung = rungs[at[other]!];
            const own = rung?.get(other);
            if (!rung || own === undefined) return;
            const before = [...rung].filter(([trial, loss]) => loss < own || (loss === own && trial < other));
            if (!goesOn({ place: 1 + before.length, reached: rung.size }, { reduction: eta }))
              stopped.add(other);
          });
        };
        for (const n of order) move(n % curves.length);
        for (let round = 0; round < 4; round++) curves.forEach((_, n) => move(n));
        expect(at.some((rung, n) => rung === 3 && !stopped.has(n))).toBe(true);
      }),
    );
  });

  it('looks again after a small share of what a trial has cost, and never all the time', () => {
    expect(lookAgainMs(0)).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.nat(1e9), (ageMs) => {
        expect(lookAgainMs(ageMs)).toBeLessThanOrEqual(Math.max(1_000, ageMs / 10));
      }),
    );
  });
});
