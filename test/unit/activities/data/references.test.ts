import { describe, expect, it } from 'vitest';
import { failing } from './checked.js';

const missingFrom = (values: string, others: string): Promise<number> =>
  failing(
    { facts: `select * from (values ${values}) t(key)`, lookup: `select * from (values ${others}) t(key)` },
    { references: { column: 'key', to: 'lookup.key' } },
  );

describe('a reference finds equal values, whatever the types of the two columns', () => {
  const cases: [string, string, string, number][] = [
    ['a float with nulls and an integer', '(1::double), (null), (2), (9)', '(1::bigint), (2)', 1],
    ['an integer and a float', '(1::bigint), (2), (9)', '(1::double), (2)', 1],
    ['a 32-bit float and an integer', '(1::float), (16777216), (9)', '(1::bigint), (16777217)', 2],
    ['a 32-bit and a 64-bit float', '(0.1::float), (0.2)', '(0.1::double)', 1],
    ['a text of digits and an integer', "('1'), ('02'), (' 3 '), ('x'), ('')", '(1::int), (2), (3)', 2],
    ['an integer and a text of digits', '(1::int), (2), (9)', "('1'), ('002')", 1],
    ['a text of a whole float and an integer', "('1.0'), ('2.'), ('1.5')", '(1::int), (2)', 1],
    ['a text and a float', "('1e3'), ('0.50'), ('7')", '(1000::double), (0.5)', 1],
    ['a decimal and an integer', '(1.00::decimal(10,2)), (1.50), (2)', '(1::bigint), (2)', 1],
    ['a decimal and a float', '(0.10::decimal(10,2)), (0.25), (7)', '(0.1::double), (0.25)', 1],
    ['two decimals', '(0.10::decimal(10,2)), (7.00)', '(0.1000::decimal(20,4)), (7.5)', 1],
    ['two integers of other sizes', '(1::utinyint), (255)', '(1::hugeint)', 1],
    [
      'an integer beyond 2^53 and a float',
      '(9007199254740992::bigint), (9007199254740993)',
      '(9007199254740992::double)',
      1,
    ],
    [
      'an integer beyond 2^53 and its text',
      '(9007199254740993::bigint), (9223372036854775807)',
      "('9007199254740993'), ('9223372036854775808')",
      1,
    ],
    ['an unsigned integer and a text', '(18446744073709551615::ubigint)', "('18446744073709551615')", 0],
    ['a float beyond every integer and its text', '(1e300::double), (2e300)', "('1e300')", 1],
    ['minus zero and zero', '(-0.0::double)', '(0::int)', 0],
    ['a truth and an integer', '(true), (false)', '(1::int)', 1],
    ['a truth and a text', '(true), (false)', "('true')", 1],
    ['a date and an instant', "(date '2024-02-29'), (date '2024-03-01')", "(timestamp '2024-02-29')", 1],
    ['a text and a date', "('2024-02-29'), ('yesterday')", "(date '2024-02-29')", 1],
    [
      'an instant with zone and one without',
      "(timestamptz '2024-02-29 02:00:00+02')",
      "(timestamp '2024-02-29')",
      0,
    ],
    [
      'nanoseconds and microseconds',
      "(timestamp_ns '2024-02-29 00:00:00.5')",
      "(timestamp '2024-02-29 00:00:00.5')",
      0,
    ],
    [
      'a UUID and its text',
      "('6F0A7C1E-0000-4000-8000-000000000001'::uuid)",
      "('6F0A7C1E-0000-4000-8000-000000000001')",
      0,
    ],
    ['an enumeration and a text', "('a'::enum('a', 'b')), ('b')", "('a')", 1],
    ['two texts, which are no numbers', "('01'), ('1')", "('1')", 1],
    ['bytes and a text', "('AB'::blob)", "('AB')", 0],
    ['a number and an instant, which never are equal', '(2024::int)', "(timestamp '2024-01-01')", 1],
    ['NaN, which stands for no value', "('nan'::double), (1)", '(1::int)', 0],
    ['nothing to find', '(1::int), (2)', '(null::double)', 2],
  ];

  it.each(cases)('%s', async (_what, values, others, expected) => {
    expect(await missingFrom(values, others)).toBe(expected);
  });
});
