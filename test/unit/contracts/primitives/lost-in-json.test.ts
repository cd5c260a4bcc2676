import { expect, it } from 'vitest';
import { lostInJson } from '../../../../contracts/primitives/lost-in-json.js';

it('finds the first value that JSON would lose, with its place', () => {
  expect(lostInJson({ a: [1, { b: -Infinity }, NaN] })).toEqual({ path: ['a', 1, 'b'], shown: '-Infinity' });
  expect(lostInJson([1, undefined])).toEqual({ path: [1], shown: 'undefined' });
  expect(lostInJson(Symbol('x'))).toEqual({ path: [], shown: 'Symbol(x)' });
});

it('finds nothing in what JSON carries, and in a field that is left out', () => {
  for (const value of [null, 'x', 0, -0, true, [], {}, { a: undefined }, { a: [{ b: 'c' }] }])
    expect(lostInJson(value)).toBeUndefined();
});
