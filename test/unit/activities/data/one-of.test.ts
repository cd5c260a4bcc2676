import { describe, expect, it } from 'vitest';
import { checked, failing } from './checked.js';

const unlisted = (values: string, list: (string | number | boolean)[]): Promise<number> =>
  failing({ facts: `select * from (values ${values}) t(key)` }, { oneOf: { column: 'key', values: list } });

describe('a list holds equal values, whatever the type of the column', () => {
  const cases: [string, string, (string | number | boolean)[], number][] = [
    ['texts of numbers and a float', '(1::double), (2), (null)', ['1', '3'], 1],
    ['numbers and a decimal', '(1.50::decimal(5,2)), (2)', [1.5, 3], 1],
    [
      'a text of an integer beyond 2^53',
      '(9007199254740993::bigint), (9007199254740992)',
      ['9007199254740993'],
      1,
    ],
    ['numbers and texts of numbers', "('1'), ('1.0'), ('x')", [1], 1],
    ['texts with leading zeros', "('01'), ('1')", ['01'], 1],
    ['numbers and a truth', '(true), (false)', [1], 1],
    ['words and a truth', '(true), (false)', ['true'], 1],
    ['a date', "(timestamp '2024-02-29'), (timestamp '2024-02-29 01:00:00')", ['2024-02-29'], 1],
    ['words and numbers', "('a'), ('2'), ('b')", ['a', 2], 1],
  ];

  it.each(cases)('%s', async (_what, values, list, expected) => {
    expect(await unlisted(values, list)).toBe(expected);
  });

  it('of thousands of values is shown in part', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i);
    const [result] = (
      await checked({ facts: 'select -1 as key' }, { oneOf: { column: 'key', values } })
    ).filter(({ kind }) => kind === 'oneOf');
    expect(result?.message).toContain('18, 19 and 9980 more');
    expect(result?.failing).toBe(1);
  });
});
