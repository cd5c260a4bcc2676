import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_SQL, type Change, FEATURES_SQL, type World, failureOf, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

async function cleaned(change: Change) {
  const base = await world.declare(change);
  const snapshots = await world.run(world.activities.extractSources, base);
  const clean = await world.run(world.activities.cleanRows, { ...base, snapshots });
  return { ...base, clean };
}
async function featured(change: Change) {
  const { clean, ...base } = await cleaned(change);
  const features = await world.run(world.activities.buildFeatures, { ...base, clean });
  return { ...base, features };
}

describe('the cleaning SQL', () => {
  const cases: [string, Change, string, RegExp][] = [
    [
      'reads a file',
      { clean: "select * from read_csv('/etc/passwd')" },
      'SqlRefused',
      /^data\.clean \(clean\.sql\) is refused: "read_csv" in FROM/,
    ],
    [
      'reads an undeclared source',
      { clean: 'select * from cities' },
      'SqlRefused',
      /"cities" is not one of its inputs \(events, places\)/,
    ],
    [
      'leaves no row',
      { clean: `${CLEAN_SQL} and x < 0` },
      'DataRejected',
      /data\.clean \(clean\.sql\) leaves no row of 768 events, 2 places/,
    ],
    [
      'looks past asOf',
      { clean: CLEAN_SQL.replace('e.*', 'e.* replace (ts + interval 3 hour as ts)') },
      'DataRejected',
      /3 rows whose "ts" is not before as_of 2001-02-01.*getvariable\('as_of'\)/,
    ],
    [
      'runs for too long',
      {
        data: { limits: { memory: '200MB', time: '200ms' } },
        clean: 'select count(*) as n from range(1000000000) a, range(1000000) b where a.range + b.range = -1',
      },
      'SqlTimedOut',
      /data\.limits\.time \(0\.2 s\)/,
    ],
  ];

  it.each(cases)('that %s is stopped, with the file and the remedy', async (_what, change, type, message) => {
    const failure = await failureOf(cleaned(change));

    expect(failure).toMatchObject({ type, name: 'MainspringFailure' });
    expect(`${failure.message}: ${failure.remedy}`).toMatch(message);
  });

  it('is interrupted by a cancellation', async () => {
    const base = await world.declare({
      clean: 'select count(*) as n from range(1000000000) a, range(1000000) b where a.range + b.range = -1',
    });
    const snapshots = await world.run(world.activities.extractSources, base);
    const environment = new MockActivityEnvironment();
    const running = failureOf(environment.run(world.activities.cleanRows, { ...base, snapshots }));
    setTimeout(() => environment.cancel(), 300);

    expect(await running).toMatchObject({ name: 'CancelledFailure' });
  });
});

describe('the feature SQL', () => {
  const cases: [string, Change, string, RegExp][] = [
    [
      'lacks a feature',
      { features: { sql: 'features.sql', set: ['x', 'y'], slices: ['size'] } },
      'DataRejected',
      /features\.sql \(features\.sql\) gives no column "y" \(features\.set\); it gives id, ts/,
    ],
    [
      'lacks the label column',
      { featureSql: FEATURES_SQL.replace(' label, label_ts,', ' label_ts,') },
      'DataRejected',
      /no column "label" \(data\.label\.column\)/,
    ],
    [
      'lacks a slice',
      { featureSql: FEATURES_SQL.replace(' size,', '') },
      'DataRejected',
      /no column "size" \(features\.slices\)/,
    ],
    [
      'gives a date as a feature',
      { features: { sql: 'features.sql', set: ['day'] } },
      'DataRejected',
      /"day" is DATE: /,
    ],
    [
      'gives the label as a feature',
      { features: { sql: 'features.sql', set: ['x', 'label'] } },
      'DataRejected',
      /features\.set holds "label"/,
    ],
    [
      'gives text as a label',
      { featureSql: FEATURES_SQL.replace(' label,', " if(label = 1, 'yes', 'no') as label,") },
      'DataRejected',
      /the label "label" as VARCHAR, .*: Give 0 or 1/,
    ],
    [
      'gives rows outside the window',
      { featureSql: 'select id, ts, day, label, label_ts, size, x from clean' },
      'DataRejected',
      /24 rows whose "ts" is not in \[2001-01-01.*getvariable\('window_from'\)/,
    ],
    [
      'gives no row',
      { featureSql: `${FEATURES_SQL} and x < 0` },
      'DataRejected',
      /gives no row in \[2001-01-01.*from 768 clean rows/,
    ],
    [
      'looks at a source',
      { featureSql: 'select * from events' },
      'SqlRefused',
      /"events" is not one of its inputs \(clean\)/,
    ],
  ];

  it.each(cases)('that %s is stopped, with the file and the remedy', async (_what, change, type, message) => {
    const failure = await failureOf(featured(change));

    expect(failure).toMatchObject({ type, name: 'MainspringFailure' });
    expect(`${failure.message}: ${failure.remedy}`).toMatch(message);
  });
});
