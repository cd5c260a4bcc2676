import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Source } from '../../../contracts/spec/source.js';
import { EVENTS_SQL, type World, failureOf, openWorld } from './world.js';

let world: World;
/** Folder of the objects of one test. */
let lake: string;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  lake = `lake-${randomUUID()}`;
});
afterAll(() => world?.close());

const addressOf = (pattern: string): string => `s3://${inject('s3').bucket}/${lake}/${pattern}`;
const day = (date: string): string => `select * from (${EVENTS_SQL}) where ts::date = '${date}'`;
const places = { csv: 'places.csv' };

const extract = async (events: Source) =>
  (
    await world.run(
      world.activities.extractSources,
      await world.declare({ data: { sources: { events, places } } }),
    )
  )['events']!;
const rowsOf = (snapshot: Awaited<ReturnType<typeof extract>>, select: string) =>
  world.read(snapshot.artifact, select);

describe('objects of the object store as a source', () => {
  it('are listed at every extract: a new object is read, and equal ones give the same snapshot', async () => {
    const events = { objects: addressOf('dt=*/*.parquet'), time: 'ts' };
    await world.object(`${lake}/dt=2001-01-02/part-0.parquet`, day('2001-01-02'));
    await world.object(`${lake}/dt=2001-01-03/part-0.parquet`, day('2001-01-03'));
    await world.object(`${lake}/dt=2001-01-03/readme.txt`, 'select 1', 'csv');

    const first = await extract(events);
    expect(first.rows).toBe(48);
    expect(await rowsOf(first, 'select distinct dt from rows order by 1')).toEqual([
      { dt: '2001-01-02' },
      { dt: '2001-01-03' },
    ]);
    expect(await extract(events)).toEqual(first);

    await world.object(`${lake}/dt=2001-01-04/part-0.parquet`, day('2001-01-04'));
    const second = await extract(events);
    expect(second.rows).toBe(72);
    expect(await rowsOf(first, 'select count(*) as n from rows')).toEqual([{ n: 48 }]);
  });

  it('are named by the manifest of the snapshot, each with the version that was read', async () => {
    await world.object(`${lake}/a.parquet`, day('2001-01-02'));
    const events = { objects: addressOf('*.parquet'), time: 'ts' };
    const first = await extract(events);
    const pinned = JSON.parse(await world.text(first.manifest!)) as { key: string; etag: string }[];
    expect(pinned).toMatchObject([
      { key: `${lake}/a.parquet`, etag: expect.stringMatching(/^\w+/) as string },
    ]);

    await world.object(`${lake}/a.parquet`, day('2001-01-03'));
    const second = await extract(events);
    expect(second.manifest).not.toEqual(first.manifest);
    expect(second.artifact).not.toEqual(first.artifact);
  });

  it('may have no row in the window, and columns that others lack', async () => {
    await world.object(`${lake}/1.parquet`, day('2001-01-02'));
    await world.object(`${lake}/2.parquet`, `select *, 7 as extra from (${day('2001-01-03')})`);
    await world.object(
      `${lake}/3.parquet`,
      `select * replace (ts - interval 9 year as ts) from (${day('2001-01-04')})`,
    );
    const found = await extract({ objects: addressOf('*.parquet'), time: 'ts' });
    expect(await rowsOf(found, 'select count(*) as n, count(extra) as extra from rows')).toEqual([
      { n: 48, extra: 24 },
    ]);
  });

  it.each(['csv', 'jsonl'] as const)('are read as %s with the declared types', async (format) => {
    const select = `select id, strftime(ts, '%Y-%m-%dT%H:%M:%SZ') as ts, lpad((id % 7)::varchar, 3, '0') as code from (${day('2001-01-02')})`;
    await world.object(`${lake}/1.${format}`, select, format === 'csv' ? 'csv' : 'json');
    const base = await world.declare({
      data: {
        sources: { events: { objects: addressOf(`*.${format}`), time: 'ts' }, places },
        checks: [{ columns: { code: 'string', id: 'int' }, source: 'events' }],
      },
    });
    const { events } = await world.run(world.activities.extractSources, base);
    expect(events?.columns).toMatchObject({
      id: 'BIGINT',
      ts: expect.stringMatching(/^TIMESTAMP/) as string,
      code: 'VARCHAR',
    });
    expect(await world.read(events!.artifact, 'select min(code) as code, count(*) as n from rows')).toEqual([
      { code: '000', n: 24 },
    ]);
  });

  it.each<[string, () => Promise<Source>, string, RegExp]>([
    [
      'match nothing',
      async () => ({ objects: addressOf('*.parquet') }),
      'DataRejected',
      /no object matches s3:/,
    ],
    [
      'lie in a bucket that is not allowed',
      async () => ({ objects: 's3://somebody/else/*.parquet' }),
      'SourceNotFound',
      /in bucket "somebody", allowed: /,
    ],
    [
      'are broken',
      async () => {
        await world.object(`${lake}/good.parquet`, day('2001-01-02'));
        await world.object(`${lake}/bad.parquet`, 'select 1 as a', 'csv');
        return { objects: addressOf('*.parquet') };
      },
      'SourceUnreadable',
      /data\.sources\.events \(lake-[^)]*\/bad\.parquet\) cannot be read as Parquet/,
    ],
    [
      'have no row in the window',
      async () => {
        await world.object(
          `${lake}/old.parquet`,
          `select * replace (ts - interval 9 year as ts) from (${EVENTS_SQL})`,
        );
        return { objects: addressOf('*.parquet'), time: 'ts' };
      },
      'DataRejected',
      /no row with "ts" in \[2000-12-31/,
    ],
  ])('that %s are refused with the reason', async (_what, source, type, message) => {
    const failure = await failureOf(extract(await source()));
    expect(failure).toMatchObject({ type, name: 'MainspringFailure' });
    expect(failure.message).toMatch(message);
  });
});
