import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_SQL, type Change, EVENTS_SQL, type World, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

async function pipeline(change: Change = {}, run = 'r-1') {
  const { activities } = world;
  const base = { ...(await world.declare(change)), run };
  const snapshots = await world.run(activities.extractSources, base);
  const raw = await world.run(activities.validateRaw, { ...base, snapshots });
  const clean = await world.run(activities.cleanRows, { ...base, snapshots });
  const features = await world.run(activities.buildFeatures, { ...base, clean });
  const checked = await world.run(activities.validateFeatures, { ...base, features, setsAside: true });
  const split = await world.run(activities.splitRows, { ...base, features: checked.kept ?? features });
  return { snapshots, raw, clean, features, checked, split };
}

describe('the data zone, from sources to split', () => {
  it('leaves train, search, validation and test in order of time, each with labels known when it is judged', async () => {
    const { raw, checked, features, split } = await pipeline();

    expect([raw.passed, checked.passed]).toEqual([true, true]);
    expect(features.rows).toBe(31 * 24);
    // The labels of the last two hours before each part are not known yet. There is one row an hour, and the last
    // label counts because it becomes known just in time.
    expect([split.train.rows, split.search.rows, split.validation.rows, split.test.rows]).toEqual([
      24 * 24 - 1,
      20 * 24 - 1,
      4 * 24 - 1,
      7 * 24 - 1,
    ]);
    expect(split.train.range?.to).toBe('2001-01-24T22:00:00.001Z');
    expect(split.test.range?.from).toBe('2001-01-25T00:00:00.000Z');
    expect(split.baseRate).toBeCloseTo(0.3, 0);
    expect(split.inputs).toEqual([{ name: 'x', type: 'float64', nullable: true }]);
    expect(split.test.columns).toEqual({
      id: 'BIGINT',
      ts: 'TIMESTAMP',
      day: 'DATE',
      size: 'VARCHAR',
      x: 'DOUBLE',
      label: 'INTEGER',
    });
    const [rows] = await world.read(
      split.test.artifact,
      'select count(distinct id) as n, max(label) as top from rows',
    );
    expect(rows).toEqual({ n: 167, top: 1 });
  });

  it('gives a second run the recorded tables without doing the work again', async () => {
    const first = await pipeline();
    const second = await pipeline({}, 'r-2');

    expect(second).toEqual(first);
  });

  it('gives the same bytes whatever the order of the source file', async () => {
    const first = await pipeline();
    const shuffled = await pipeline({
      events: `select * from (select i as id, timestamp '2000-12-25' + to_hours(i::int) as ts, case when i % 2 = 0 then 'AAA' else 'BBB' end as place,
        (hash(i) % 1000)::double / 100 as x, ((hash(i) % 1000 + hash(i, 7) % 600) > 1000)::int as late from range(960) t(i)) order by hash(id)`,
    });

    expect(shuffled.snapshots['events']?.artifact.sha256).toBe(first.snapshots['events']?.artifact.sha256);
    expect(shuffled.split.test.artifact.sha256).toBe(first.split.test.artifact.sha256);
  });

  it('shows the SQL only rows of the read window, and a source without event time whole', async () => {
    const { snapshots } = await pipeline();

    expect(snapshots['events']).toMatchObject({
      rows: 32 * 24,
      range: { from: '2000-12-31T00:00:00.000Z', to: '2001-01-31T23:00:00.001Z' },
    });
    expect(snapshots['places']).toMatchObject({
      rows: 2,
      range: null,
      columns: { code: 'VARCHAR', size: 'VARCHAR' },
    });
  });

  it('sets failing rows aside before the SQL sees them', async () => {
    const { raw, clean } = await pipeline({
      data: { checks: [{ range: { column: 'x', max: 9.8 }, onFail: 'quarantine' }] },
    });

    const [check] = raw.checks.filter(({ check }) => check === 'range(x)');
    expect(check).toMatchObject({ verdict: 'quarantine' });
    expect(raw.passed).toBe(true);
    expect(clean.rows).toBe(32 * 24 - (check?.failing ?? 0));
    const [sample] = await world.read(
      raw.failingRows!,
      `select count(*) as n, min((row->>'x')::double) as least from rows`,
    );
    expect(sample).toMatchObject({ n: check?.failing });
    expect(Number(sample?.['least'])).toBeGreaterThan(9.8);
  });

  it('sets aside what is unknown, missing or repeated, and keeps one of rows that share a key', async () => {
    const { raw, clean } = await pipeline({
      events: `${EVENTS_SQL.replace('case when i % 2', "case when i = 300 then 'CCC' when i = 301 then null when i % 2")} union all select * from (${EVENTS_SQL}) where id in (400, 401)`,
      data: {
        checks: [
          { references: { column: 'place', to: 'places.code' }, onFail: 'quarantine' },
          { notNull: ['place'], onFail: 'quarantine' },
          { unique: ['id'], onFail: 'quarantine' },
        ],
      },
    });

    expect(
      raw.checks
        .filter(({ verdict }) => verdict === 'quarantine')
        .map(({ check, failing }) => [check, failing]),
    ).toEqual([
      ['references(place → places.code)', 1],
      ['notNull(place)', 1],
      ['unique(id)', 2],
    ]);
    expect(clean.rows).toBe(32 * 24 - 2);
    const [rows] = await world.read(clean.artifact, 'select count(distinct id) as ids from rows');
    expect(rows).toEqual({ ids: 32 * 24 - 2 });
  });

  it('goes on without rows that have no event time', async () => {
    const { raw, clean } = await pipeline({
      events: `select * replace (if(id in (400, 500), null, ts) as ts) from (${EVENTS_SQL})`,
      clean: CLEAN_SQL.replace(
        "ts < getvariable('as_of')",
        "coalesce(ts, timestamp '2001-01-15') < getvariable('as_of')",
      ),
    });

    expect(raw).toMatchObject({ passed: true });
    expect(raw.checks.find(({ check }) => check === 'time(events.ts)')).toMatchObject({
      verdict: 'quarantine',
      failing: 2,
    });
    expect(clean.rows).toBe(32 * 24 - 2);
  });

  it('cleans anew when another check decides about rows without event time', async () => {
    const events = `select * replace (if(id = 400, null, ts) as ts) from (${EVENTS_SQL})`;
    const clean = CLEAN_SQL.replace(
      "ts < getvariable('as_of')",
      "coalesce(ts, timestamp '2001-01-15') < getvariable('as_of')",
    );
    const cleaned = async (checks: object[]) => {
      const base = await world.declare({ events, clean, data: { checks: checks as never } });
      const snapshots = await world.run(world.activities.extractSources, base);
      return (await world.run(world.activities.cleanRows, { ...base, snapshots })).rows;
    };
    expect(await cleaned([])).toBe(32 * 24 - 1);
    expect(await cleaned([{ notNull: ['ts'], onFail: 'warn', source: 'events' }])).toBe(32 * 24);
    expect(await cleaned([])).toBe(32 * 24 - 1);
  });

  it('leaves no scratch files behind', async () => {
    await pipeline();

    expect(readdirSync(world.scratchDir)).toEqual([]);
  });
});
