import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, CLEAN_SQL, EVENTS_SQL, type World, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

async function validate(change: Change) {
  const base = await world.declare(change);
  const snapshots = await world.run(world.activities.extractSources, base);
  return world.run(world.activities.validateRaw, { ...base, snapshots });
}
const checking = (...checks: NonNullable<NonNullable<Change['data']>['checks']>) => ({ data: { checks } });

describe('pattern, oneOf and determines judge', () => {
  const cases: [string, Change, string, string, RegExp][] = [
    [
      'a code of another form',
      {
        ...checking({ pattern: { column: 'place', regex: '[A-Z]{3}' } }),
        events: `select * replace (case id when 400 then 'AAA ' when 401 then null else place end as place) from (${EVENTS_SQL})`,
      },
      'pattern(place)',
      'fail',
      /1 of 768 rows \(0\.1 %\) have a place that does not match \[A-Z\]\{3\}; none is allowed/,
    ],
    [
      'a number of another form',
      checking({ pattern: { column: 'id', regex: '[0-9]{3}' }, allow: '1%' }),
      'pattern(id)',
      'pass',
      /0 of 768 rows/,
    ],
    [
      'an expression that is none',
      checking({ pattern: { column: 'place', regex: '[A-Z' } }),
      'pattern(place)',
      'fail',
      /"\[A-Z" is no regular expression of RE2 \(missing \]\): correct it/,
    ],
    [
      'a value that is not on the list',
      checking({ oneOf: { column: 'place', values: ['AAA', 'CCC'] } }),
      'oneOf(place)',
      'fail',
      /384 of 768 rows \(50\.0 %\) have a place other than AAA, CCC/,
    ],
    [
      'a number that is not on the list',
      {
        ...checking({ oneOf: { column: 'x', values: [1, 2] } }),
        events: `select * replace (case id when 400 then 3 when 401 then null else 1 end::double as x) from (${EVENTS_SQL})`,
      },
      'oneOf(x)',
      'fail',
      /1 of 768 rows .* have a x other than 1, 2/,
    ],
    [
      'a list of words and numbers',
      checking({ oneOf: { column: 'late', values: [0, 1, 'unknown'] } }),
      'oneOf(late)',
      'pass',
      /0 of 768 rows/,
    ],
    [
      'a place of two sizes',
      {
        ...checking({ determines: { columns: ['place', 'hour'], column: 'size' } }),
        events: `select *, hour(ts) as hour, if(id = 400, 2, if(id < 300, null, 1)) as size from (${EVENTS_SQL})`,
      },
      'determines(place, hour → size)',
      'fail',
      /32 of 768 rows \(4\.2 %\) share the place, hour of another with a different size; none is allowed/,
    ],
    [
      'a place of one size',
      {
        ...checking({ determines: { columns: ['place'], column: 'size' } }),
        events: `select * replace (if(id = 401, null, place) as place), if(id % 2 = 0, 1, 2) as size from (${EVENTS_SQL})`,
      },
      'determines(place → size)',
      'pass',
      /0 of 768 rows/,
    ],
    [
      'a determined column that is missing',
      checking({ determines: { columns: ['place'], column: 'sizes' } }),
      'determines(place → sizes)',
      'fail',
      /no column "sizes"/,
    ],
  ];

  it.each(cases)('%s', async (_what, change, check, verdict, message) => {
    const result = await validate(change);

    const found = result.checks.find((candidate) => candidate.check === check);
    expect(found, result.checks.map((candidate) => candidate.check).join()).toMatchObject({ verdict });
    expect(found?.message).toMatch(message);
    expect(result.passed).toBe(verdict !== 'fail');
  });
});

it('the sample of failing rows has those of every such check, and quarantine leaves them out', async () => {
  const events = `select * replace (case id when 400 then 'aaa' when 401 then 'DDD' else place end as place), if(id = 402, 2, 1) as size from (${EVENTS_SQL})`;
  const checks: Parameters<typeof checking> = [
    { pattern: { column: 'place', regex: '[A-Z]+' }, onFail: 'quarantine' },
    { oneOf: { column: 'place', values: ['AAA', 'BBB', 'aaa'] }, onFail: 'quarantine' },
    { determines: { columns: ['place', 'day'], column: 'size' }, onFail: 'quarantine' },
  ];
  const change = {
    ...checking(...checks),
    events: `select *, ts::date as day from (${events})`,
    clean: CLEAN_SQL.replace('ts::date as day, ', ''),
  };
  const result = await validate(change);

  expect(
    result.checks.filter(({ verdict }) => verdict === 'quarantine').map(({ failing }) => failing),
  ).toEqual([1, 1, 11]);
  const rows = await world.read(
    result.failingRows!,
    `select "check", count(*)::int as n from rows group by 1 order by 1`,
  );
  expect(rows).toEqual([
    { check: 'determines(place, day → size)', n: 11 },
    { check: 'oneOf(place)', n: 1 },
    { check: 'pattern(place)', n: 1 },
  ]);
  const base = await world.declare(change);
  const snapshots = await world.run(world.activities.extractSources, base);
  const clean = await world.run(world.activities.cleanRows, { ...base, snapshots });
  expect(clean.rows).toBe(768 - 13);
});
