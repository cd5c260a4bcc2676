import { describe, expect, it } from 'vitest';
import { moduleFault } from '../../../../client/spec/module-faults.js';

class Charter {
  goal = 'fine';
}
const endless: Record<string, unknown> = {};
endless['again'] = { endless };

describe('the default export of a module', () => {
  it.each<[string, unknown, (string | number)[], string]>([
    ['NaN', { a: [1, NaN] }, ['a', 1], 'is NaN, which JSON cannot carry'],
    ['infinity', { a: -Infinity }, ['a'], 'is -Infinity, which JSON cannot carry'],
    ['a function', { a: () => 1 }, ['a'], 'is a function, which JSON cannot carry'],
    ['a large integer', { a: 1n }, ['a'], 'is 1, which JSON cannot carry'],
    ['a gap in a list', { a: [undefined] }, ['a', 0], 'is undefined, which JSON cannot carry'],
    ['a map', { a: new Map() }, ['a'], 'is no plain object, and JSON would lose a part of it'],
    ['an instance', { a: [new Charter()] }, ['a', 0], 'is no plain object, and JSON would lose a part of it'],
    [
      'fields that were written as a prototype',
      { owners: { __proto__: { 'ml-engineer': ['eve'] } } },
      ['owners'],
      'is no plain object, and JSON would lose a part of it',
    ],
    ['itself', endless, [], 'the model is nested more than 32 levels deep'],
  ])('with %s is refused by its path', (_what, value, path, message) => {
    expect(moduleFault(value)).toMatchObject({ path, message });
  });

  it('of plain values is taken, and a field that is undefined is left out', () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { b: 1 });
    for (const value of [{ a: [{ b: 'c' }], d: undefined }, bare, new Date(0), null, 'x'])
      expect(moduleFault(value)).toBeUndefined();
  });
});
