import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, EVENTS_SQL, type World, failureOf, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const extract = async (change: Change) =>
  world.run(world.activities.extractSources, await world.declare(change));

describe('a source that cannot be used', () => {
  const cases: [string, Change, string, RegExp][] = [
    [
      'is empty',
      { file: '' },
      'SourceUnreadable',
      /data\.sources\.events \(events\.parquet\) is an empty file$/,
    ],
    [
      'is no Parquet',
      { file: 'PAR?'.repeat(50) },
      'SourceUnreadable',
      /data\.sources\.events \(events\.parquet\) cannot be read as Parquet: /,
    ],
    ['is cut off', { file: 'PAR1' }, 'SourceUnreadable', /data\.sources\.events .*cannot be read as Parquet/],
    [
      'lacks its time column',
      { events: EVENTS_SQL.replaceAll('as ts', 'as happened') },
      'SourceUnreadable',
      /data\.sources\.events .* has no column "ts", which data\.sources\.events\.time names; it has id, happened/,
    ],
    [
      'has text for a time',
      { events: `select id, ts::varchar as ts, place, x, late from (${EVENTS_SQL})` },
      'SourceUnreadable',
      /column "ts" of data\.sources\.events .* is of type VARCHAR/,
    ],
    [
      'has no row in the window',
      { events: `select * replace (ts - interval 5 year as ts) from (${EVENTS_SQL})` },
      'DataRejected',
      /no row with "ts" in \[2000-12-31.*its rows go from 1995-12-25 .* to 1996-02-02/,
    ],
    [
      'has a header and no rows',
      { places: 'code,size\n' },
      'DataRejected',
      /data\.sources\.places \(places\.csv\) has no rows/,
    ],
    [
      'is broken CSV',
      { places: 'code,size\nAAA,large\n"BBB,small\nCCC' },
      'SourceUnreadable',
      /data\.sources\.places \(places\.csv\) cannot be read as CSV/,
    ],
  ];

  it.each(cases)('%s: stops with the source and the remedy', async (_what, change, type, message) => {
    const failure = await failureOf(extract(change));

    expect(failure).toMatchObject({ type, name: 'MainspringFailure' });
    expect(failure.message).toMatch(message);
  });

  it('names the spec that is not recorded', async () => {
    const { windows } = await world.declare();
    const failure = await failureOf(
      world.run(world.activities.extractSources, {
        model: 'tiny',
        run: 'r-1',
        specDigest: 'f'.repeat(64),
        windows,
      }),
    );

    expect(failure).toMatchObject({ type: 'SpecNotFound', name: 'MainspringFailure' });
  });
});
