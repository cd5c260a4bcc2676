import { afterAll, beforeAll, expect, it } from 'vitest';
import { type World, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** Names that SQL takes in quotes only. The last is also the alias of a row in the engine's own SQL. */
const [ID, TIME, UNIT, LABEL, KNOWN] = ['Flight №', 'Flight Date', 'the day', 'was "late"?', "known 'at'"];
const SET = ['order', 'Größe (m)', 'a.b', 'select', 's', '"'];
const SLICE = 'place name; --';
const q = (name: string) => `"${name.replaceAll('"', '""')}"`;

const EVENTS = `select i as ${q(ID)}, timestamp '2000-12-25' + to_hours(i::int) as ${q(TIME)}, (hash(i) % 1000)::double / 100 as ${q('order')},
  (hash(i, 1) % 1000)::float as ${q('Größe (m)')}, i % 7 as ${q('a.b')}, i % 2 = 0 as ${q('select')}, 'x' || (i % 3) as ${q('s')},
  i % 5 as ${q('"')}, 'place ' || (i % 2) as ${q(SLICE)}, ((hash(i) % 1000 + hash(i, 7) % 600) > 1000)::int as ${q(LABEL)}
  from range(960) t(i)`;

it('columns of any name go through checks, SQL, quarantine and split as they are', async () => {
  const base = await world.declare({
    events: `${EVENTS} union all select * from (${EVENTS}) where ${q(ID)} = 400`,
    clean: `select *, ${q(TIME)}::date as ${q(UNIT)}, ${q(TIME)} + interval 2 hour as ${q(KNOWN)} from events where ${q(TIME)} < getvariable('as_of')`,
    featureSql: `select * from clean where ${q(TIME)} >= getvariable('window_from') and ${q(TIME)} < getvariable('window_to')`,
    features: { sql: 'features.sql', set: SET, slices: [SLICE] },
    data: {
      sources: { events: { parquet: 'events.parquet', time: TIME }, places: { csv: 'places.csv' } },
      id: ID,
      time: TIME,
      unit: UNIT,
      label: { column: LABEL, availableAt: KNOWN },
      checks: [
        {
          columns: { [ID]: 'int', [TIME]: 'timestamp', [SLICE]: 'string', 'Größe (m)': 'float', s: 'string' },
        },
        { notNull: [ID, TIME] },
        { range: { column: 'Größe (m)', min: 0, max: 1_000 } },
        { unique: [ID], onFail: 'quarantine' },
        { pattern: { column: SLICE, regex: 'place [01]' } },
        { oneOf: { column: 's', values: ['x0', 'x1'] }, onFail: 'warn' },
        { determines: { columns: [ID], column: TIME } },
        { references: { column: SLICE, to: 'places.code name' }, source: 'events' },
        { references: { column: 'a.b', to: 'events.a.b' } },
      ],
    },
    places: 'code name,size\nplace 0,large\nplace 1,small\n',
  });
  const snapshots = await world.run(world.activities.extractSources, base);
  const raw = await world.run(world.activities.validateRaw, { ...base, snapshots });
  expect(raw.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(raw.checks.filter(({ verdict }) => verdict === 'quarantine')).toMatchObject([
    { id: `unique(${ID})@events`, failing: 1 },
  ]);
  const [failing] = await world.read(
    raw.failingRows!,
    `select "row" from rows where "check" like 'oneOf%' limit 1`,
  );
  expect(JSON.parse(String(failing?.['row']))).toMatchObject({ s: 'x2' });

  const clean = await world.run(world.activities.cleanRows, { ...base, snapshots });
  const features = await world.run(world.activities.buildFeatures, { ...base, clean });
  const checked = await world.run(world.activities.validateFeatures, { ...base, features });
  expect(checked.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  const split = await world.run(world.activities.splitRows, { ...base, features });
  expect(split.inputs?.map(({ name, type }) => [name, type])).toEqual([
    ['order', 'float64'],
    ['Größe (m)', 'float32'],
    ['a.b', 'int64'],
    ['select', 'bool'],
    ['s', 'string'],
    ['"', 'int64'],
  ]);
  expect(new Set(Object.keys(split.test.columns))).toEqual(new Set([ID, TIME, UNIT, SLICE, ...SET, 'label']));
});
