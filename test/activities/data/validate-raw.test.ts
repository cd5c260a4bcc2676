import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, EVENTS_SQL, type World, openWorld } from './world.js';

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
const columns = { id: 'int', ts: 'timestamp', place: 'string', x: 'float', late: 'int' } as const;

describe('each check of the raw data', () => {
  const cases: [string, Change, string, string, RegExp][] = [
    [
      'a missing column',
      checking({ columns: { ...columns, plaice: 'string' } }),
      'column(events.plaice)',
      'fail',
      /no column "plaice" \(did you mean "place"\?\)/,
    ],
    [
      'another type',
      checking({ columns: { ...columns, place: 'int' } }),
      'column(events.place)',
      'fail',
      /is VARCHAR, declared int/,
    ],
    [
      'a column that nobody declared',
      checking({ columns: { id: 'int' } }),
      'column(events.place)',
      'warn',
      /does not declare/,
    ],
    [
      'thirty percent nulls',
      {
        ...checking({ notNull: ['x'] }),
        events: `select * replace (if(id % 10 < 3, null, x) as x) from (${EVENTS_SQL})`,
      },
      'notNull(x)',
      'fail',
      /of 768 rows \(\d+\.\d %\) have no x; none is allowed/,
    ],
    [
      'nulls that are allowed',
      {
        ...checking({ notNull: ['x'], allow: '40%' }),
        events: `select * replace (if(id % 10 < 3, null, x) as x) from (${EVENTS_SQL})`,
      },
      'notNull(x)',
      'pass',
      /40\.0 % is allowed/,
    ],
    [
      'rows without event time',
      { events: `select * replace (if(id % 10 < 3, null, ts) as ts) from (${EVENTS_SQL})` },
      'time(events.ts)',
      'fail',
      /have no ts, the event time/,
    ],
    [
      'a value out of range',
      checking({ range: { column: 'x', min: 0, max: 9.9 } }),
      'range(x)',
      'fail',
      /have a x outside \[0, 9\.9\]/,
    ],
    [
      'a range of text',
      checking({ range: { column: 'place', min: 0 } }),
      'range(place)',
      'fail',
      /"place" of source events is VARCHAR/,
    ],
    [
      'a range over a missing column',
      checking({ range: { column: 'y', min: 0 } }),
      'range(y)',
      'fail',
      /no column "y".*It has id, ts/,
    ],
    [
      'more to set aside than a twentieth',
      checking({ range: { column: 'x', max: 5 }, onFail: 'quarantine' }),
      'range(x)',
      'fail',
      /at most 5\.0 % may be set aside/,
    ],
    [
      'duplicates',
      {
        ...checking({ unique: ['id', 'place'] }),
        events: `${EVENTS_SQL} union all select * from (${EVENTS_SQL}) where id = 400`,
      },
      'unique(id, place)',
      'fail',
      /1 of 769 rows .* repeat the id, place of another/,
    ],
    [
      'an unknown code',
      {
        ...checking({ references: { column: 'place', to: 'places.code' } }),
        places: 'code,size\nAAA,large\n',
      },
      'references(place → places.code)',
      'fail',
      /384 of 768 rows \(50\.0 %\) have a place that is not in places\.code/,
    ],
    [
      'an unknown code that the coverage allows',
      {
        ...checking({ references: { column: 'place', to: 'places.code' }, coverage: '50%' }),
        places: 'code,size\nAAA,large\n',
      },
      'references(place → places.code)',
      'pass',
      /50\.0 % is allowed/,
    ],
    [
      'a reference to nowhere',
      checking({ references: { column: 'place', to: 'cities.code' } }),
      'references(place → cities.code)',
      'fail',
      /source cities is not declared: name one of events, places/,
    ],
    [
      'too few rows',
      checking({ rows: { min: 10_000 } }),
      'rows(events)',
      'fail',
      /768 rows, at least 10,000 needed/,
    ],
    [
      'rows of another source',
      checking({ rows: { min: 2 }, source: 'places' }),
      'rows(places)',
      'pass',
      /2 rows/,
    ],
    [
      'stale rows',
      {
        ...checking({ fresh: { within: '1d' } }),
        events: `select * from (${EVENTS_SQL}) where ts < timestamp '2001-01-20'`,
      },
      'fresh(events)',
      'fail',
      /newest row at 2001-01-19T23:00:00\.000Z, allowed 1d before 2001-02-01/,
    ],
    ['fresh rows', checking({ fresh: { within: '1d' } }), 'fresh(events)', 'pass', /newest row/],
    [
      'freshness that only warns',
      { ...checking({ fresh: { within: '1s' }, onFail: 'warn' }) },
      'fresh(events)',
      'warn',
      /newest row/,
    ],
    [
      'freshness without a time column',
      checking({ fresh: { within: '1d' }, source: 'places' }),
      'fresh(places)',
      'fail',
      /no time column/,
    ],
    [
      'an infinite number',
      {
        ...checking({ columns }),
        events: `select * replace (if(id = 300, 'inf'::double, x) as x) from (${EVENTS_SQL})`,
      },
      'finite(events.x)',
      'fail',
      /1 of 768 rows have an infinite x/,
    ],
    [
      'a declared column without any value',
      { ...checking({ columns }), events: `select * replace (null::double as x) from (${EVENTS_SQL})` },
      'present(events.x)',
      'fail',
      /empty in all 768 rows/,
    ],
    [
      'a column that never varies',
      { events: `select *, 1 as one from (${EVENTS_SQL})` },
      'varies(events.one)',
      'warn',
      /is 1 in all 768 rows/,
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

describe('the evidence', () => {
  it('is a report without anything from elsewhere and a sample of at most a thousand failing rows that name their check', async () => {
    const result = await validate({
      ...checking({ notNull: ['x'] }, { range: { column: 'x', max: 1 } }, { unique: ['place'] }),
      events: `select * replace (if(id % 10 < 3, null, x) as x) from (${EVENTS_SQL})`,
    });

    const html = await world.text(result.report);
    expect(html).toContain('Rejected: 3 fail');
    expect(html).toContain('<code>notNull(x)</code>');
    expect(html).not.toMatch(/https?:|src=|<script/);
    const rows = await world.read(
      result.failingRows!,
      `select "check", count(*) as n, count(distinct source) as s, min(row) as row from rows group by 1 order by 1`,
    );
    expect(rows.map((row) => [row['check'], row['s']])).toEqual([
      ['notNull(x)', 1],
      ['range(x)', 1],
      ['unique(place)', 1],
    ]);
    expect(rows.reduce((sum, row) => sum + Number(row['n']), 0)).toBeLessThanOrEqual(1_000);
    expect(JSON.parse(String(rows[0]?.['row']))).toMatchObject({
      x: null,
      place: expect.any(String) as string,
    });
  });

  it('shows values as text, whatever they hold', async () => {
    const result = await validate({ places: 'code,size\nAAA,<script>alert(1)</script>\nBBB,small\n' });

    expect(await world.text(result.report)).not.toContain('<script>');
  });
});
