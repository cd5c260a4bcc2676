import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridPoint, gridSize, withoutGrid } from '../../../contracts/search-grid.js';
import { Search } from '../../../contracts/spec/training.js';

const spaceOf = (space: unknown): Search['space'] =>
  Search.parse({ trials: 1, objective: { metric: 'x', goal: 'minimize' }, space }).space;

describe('a grid', () => {
  it('has every value of a list, every whole number and every step of a range, its ends included', () => {
    const space = spaceOf({
      kind: { choice: ['a', 'b'] },
      depth: { int: [2, 6], step: 2 },
      rate: { float: [0.1, 0.3], step: 0.1 },
    });
    expect(gridSize(space)).toBe(18);
    const points = Array.from({ length: 18 }, (_, n) => gridPoint(space, n));
    expect(points[0]).toEqual({ kind: 'a', depth: 2, rate: 0.1 });
    expect(points[1]).toEqual({ kind: 'a', depth: 2, rate: 0.2 });
    expect(points[17]).toEqual({ kind: 'b', depth: 6, rate: 0.3 });
  });

  it('has each of its points once', () => {
    const dimension = fc.oneof(
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }).map((choice) => ({ choice })),
      fc
        .tuple(fc.integer({ min: -5, max: 5 }), fc.nat(4), fc.integer({ min: 1, max: 3 }))
        .map(([low, span, step]) => ({ int: [low, low + span], step })),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), dimension, { minKeys: 1, noNullPrototype: true }),
        (raw) => {
          const space = spaceOf(raw);
          const size = gridSize(space);
          const points = Array.from({ length: size }, (_, n) => JSON.stringify(gridPoint(space, n)));
          expect(new Set(points).size).toBe(size);
        },
      ),
    );
  });

  it('cannot be made of a range of fractions without a step', () => {
    expect(withoutGrid(spaceOf({ rate: { float: [0, 1] }, depth: { int: [1, 2] } }))).toEqual(['rate']);
  });
});
