import { describe, expect, it } from 'vitest';
import { checked, failing } from './checked.js';

type Check = Parameters<typeof failing>[1];

const ROWS = `select i, if(i < 3, 'nan'::double, i) as x, if(i < 3, 'nan'::float, i::float) as y,
  i % 2 as part, if(i < 3, 'nan'::double, 1) as w from range(10) t(i)`;

describe('NaN is', () => {
  const cases: [string, Check, number][] = [
    ['missing for notNull', { notNull: ['x'] }, 3],
    ['missing for notNull as 32-bit float', { notNull: ['y'] }, 3],
    ['outside of a range with a lower bound only', { range: { column: 'x', min: 0 } }, 3],
    ['outside of a range with an upper bound only', { range: { column: 'x', max: 60 } }, 3],
    ['outside of a range without bounds', { range: { column: 'y' } }, 3],
    ['on no list', { oneOf: { column: 'x', values: [3, 4, 5, 6, 7, 8, 9, 'nan'] } }, 3],
    ['of no form', { pattern: { column: 'x', regex: '.*' } }, 3],
    ['one value for unique', { unique: ['x'] }, 2],
    ['no second value of what others determine', { determines: { columns: ['part'], column: 'w' } }, 0],
    ['not judged as a part of a key', { determines: { columns: ['x'], column: 'part' } }, 0],
  ];

  it.each(cases)('%s', async (_what, check, expected) => {
    expect(await failing({ events: ROWS }, check)).toBe(expected);
  });

  it('set apart from null in the report of the column', async () => {
    const found = await checked({ events: ROWS }, { columns: { i: 'int', x: 'float', part: 'int' } });
    expect(found.find(({ check }) => check === 'finite(events.x)')).toMatchObject({
      verdict: 'fail',
      failing: 3,
    });
  });
});

it('a column of lists of numbers is neither a number nor finite, and is read', async () => {
  const found = await checked(
    { events: "select i, [i, 'nan'::double] as xs, {a: i} as s, map {'k': i} as m from range(3) t(i)" },
    { range: { column: 'xs', min: 0 } },
    { columns: { xs: 'float' } },
  );
  expect(found.find(({ check }) => check === 'range(xs)')?.message).toMatch(
    /is DOUBLE\[\], and a range needs a number/,
  );
  expect(found.find(({ check }) => check === 'column(events.xs)')?.message).toMatch(
    /is DOUBLE\[\], declared float/,
  );
});

it('a number column with a text in it says which text, and how to declare a null marker', async () => {
  const found = await checked(
    { events: "select * from (values ('1'), ('2'), ('NA'), (null)) t(wait)" },
    { range: { column: 'wait', min: 0 } },
  );
  expect(found.find(({ check }) => check === 'range(wait)')?.message).toBe(
    'column "wait" of source events is VARCHAR, and a range needs a number: 1 of 3 values are no numbers, e.g. "NA". If that stands for a missing value of a CSV file, declare it in data.sources.events.nulls',
  );
});
