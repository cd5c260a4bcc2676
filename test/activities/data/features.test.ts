import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, FEATURES_SQL, type World, failureOf, openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

async function featured(change: Change) {
  const base = await world.declare(change);
  const snapshots = await world.run(world.activities.extractSources, base);
  const clean = await world.run(world.activities.cleanRows, { ...base, snapshots });
  const features = await world.run(world.activities.buildFeatures, { ...base, clean });
  return { ...base, features };
}
const checked = async (change: Change) =>
  world.run(world.activities.validateFeatures, { ...(await featured(change)), setsAside: true });
const split = async (change: Change) => world.run(world.activities.splitRows, await featured(change));

describe('each check of features and labels', () => {
  const cases: [string, Change, string, string, RegExp][] = [
    [
      'no labels at all',
      { featureSql: FEATURES_SQL.replace(' label,', ' null::int as label,') },
      'labelPresent',
      'fail',
      /no row has a label "label" \(0 or 1\): deliver the labels/,
    ],
    [
      'labels of one class',
      { featureSql: FEATURES_SQL.replace(' label,', ' 1 as label,') },
      'labelPresent',
      'fail',
      /744 rows with label 1 and 0 with label 0/,
    ],
    [
      'a label that is neither 0 nor 1',
      { featureSql: FEATURES_SQL.replace(' label,', ' if(id = 500, 2, label) as label,') },
      'label(label)',
      'quarantine',
      /1 of 744 rows .* other than 0 or 1/,
    ],
    [
      'a few labels missing',
      { featureSql: FEATURES_SQL.replace(' label,', ' if(id % 100 = 0, null, label) as label,') },
      'labelKnown',
      'warn',
      /8 of 744 rows have no label/,
    ],
    [
      'a label rate out of bounds',
      { data: { checks: [{ labelRate: { min: 0.9, max: 1 } }] } },
      'labelRate',
      'fail',
      /of 744 labels are 1, allowed 90\.0 % to 100\.0 %/,
    ],
    [
      'a label rate within bounds',
      { data: { checks: [{ labelRate: { min: 0.1, max: 0.6 } }] } },
      'labelRate',
      'pass',
      /of 744 labels are 1/,
    ],
    [
      'a feature that holds the label',
      {
        data: { checks: [{ leakage: { maxSingleFeatureAuc: 0.98 } }] },
        featureSql: FEATURES_SQL.replace(' x from', ' -3.0 * label as x from'),
      },
      'leakage(x)',
      'fail',
      /x alone predicts the label with AUC 1\.000, allowed 0\.98/,
    ],
    [
      'an honest feature',
      { data: { checks: [{ leakage: { maxSingleFeatureAuc: 0.98 } }] } },
      'leakage',
      'pass',
      /strongest feature alone: x with AUC 0\.\d{3}/,
    ],
    [
      'ids that repeat',
      { featureSql: FEATURES_SQL.replace('select id', 'select id // 2 as id') },
      'unique(id)',
      'fail',
      /372 of 744 rows .* repeat the id/,
    ],
    [
      'a row without id',
      { featureSql: FEATURES_SQL.replace('select id', 'select if(id = 500, null, id) as id') },
      'notNull(id)',
      'quarantine',
      /1 of 744 rows/,
    ],
    [
      'an infinite feature',
      { featureSql: FEATURES_SQL.replace(' x from', " if(id = 500, 'inf'::double, x) as x from") },
      'finite(x)',
      'quarantine',
      /give NULL for a missing value/,
    ],
    [
      'a feature without any value',
      { featureSql: FEATURES_SQL.replace(' x from', ' null::double as x from') },
      'present(x)',
      'fail',
      /empty in all 744 rows/,
    ],
    [
      'a feature that never varies',
      { featureSql: FEATURES_SQL.replace(' x from', ' 1.0 as x from') },
      'varies(x)',
      'warn',
      /is 1\.0 in all 744 rows/,
    ],
  ];

  it.each(cases)('%s', async (_what, change, check, verdict, message) => {
    const result = await checked(change);

    const found = result.checks.find((candidate) => candidate.check === check);
    expect(found, result.checks.map((candidate) => candidate.check).join()).toMatchObject({ verdict });
    expect(found?.message).toMatch(message);
    expect(result.passed).toBe(verdict !== 'fail');
  });

  it('tells different ids of equal hash apart, and samples only rows that truly repeat', async () => {
    const id = `case id when 500 then '20010317T0600-SBA-LAX-1' when 501 then '20010310T0600-SEA-LAX-1'
      when 502 then '503' else id::varchar end as id`;
    const { features, ...base } = await featured({
      featureSql: FEATURES_SQL.replace('select id', `select ${id}`),
    });
    const [hashes] = await world.read(
      features.artifact,
      'select count(distinct id) - count(distinct hash(id)) as collisions from rows',
    );
    expect(hashes).toEqual({ collisions: 1 });

    const result = await world.run(world.activities.validateFeatures, {
      ...base,
      features,
      setsAside: true,
    });

    expect(result.checks.find(({ check }) => check === 'unique(id)')).toMatchObject({
      verdict: 'quarantine',
      failing: 1,
    });
    const sample = await world.read(result.failingRows!, "select row->>'id' as id from rows");
    expect(sample).toEqual([{ id: '503' }, { id: '503' }]);
  });

  it('goes on without the rows that are set aside, of repeated ids with one', async () => {
    const base = await featured({
      featureSql: FEATURES_SQL.replace(
        'select id',
        'select case id when 500 then null when 502 then 501 else id end as id',
      )
        .replace(' label,', ' if(id = 600, 7, label) as label,')
        .replace(' x from', " if(id = 700, 'nan'::double, x) as x from"),
    });

    const { passed, failingRows, kept } = await world.run(world.activities.validateFeatures, {
      ...base,
      setsAside: true,
    });

    expect(passed).toBe(true);
    expect(kept?.rows).toBe(base.features.rows - 4);
    const found = await world.read(
      kept!.artifact,
      'select count(*) filter (id is null or label = 7 or isnan(x)) as bad, count(*) filter (id = 501) as once from rows',
    );
    expect(found).toEqual([{ bad: 0, once: 1 }]);
    const reasons = await world.read(failingRows!, 'select distinct "check" from rows order by 1');
    expect(reasons.map(({ check }) => check)).toEqual([
      'finite(x)',
      'label(label)',
      'notNull(id)',
      'unique(id)',
    ]);
    const parts = await world.run(world.activities.splitRows, { ...base, features: kept! });
    expect(parts.train.rows).toBeGreaterThan(0);
  });

  it('judges the texts of slices anew when others are declared', async () => {
    const featureSql = FEATURES_SQL.replace(' size,', " if(id = 500, 'a' || chr(7), size) as size,");
    const kept = async (slices: string[]) =>
      (await checked({ featureSql, features: { sql: 'features.sql', set: ['x'], slices } })).kept?.rows;
    expect(await kept([])).toBeUndefined();
    expect(await kept(['size'])).toBe(743);
  });

  it('gives no second table when every row is kept', async () => {
    expect(await checked({})).not.toHaveProperty('kept');
  });

  it('agrees with the definition of the area under the curve, ties included', async () => {
    const { features, ...base } = await featured({
      featureSql: FEATURES_SQL.replace(' x from', ' round(x) as x from'),
    });
    const result = await world.run(world.activities.validateFeatures, { ...base, features });

    const [pairs] = await world.read(
      features.artifact,
      `with t as (select * from rows) select avg(case when p.x > n.x then 1 when p.x = n.x then 0.5 else 0 end) as auc
       from t p, t n where p.label = 1 and n.label = 0`,
    );
    expect(result.checks.find(({ check }) => check === 'leakage')?.message).toContain(
      `AUC ${Number(pairs?.['auc']).toFixed(3)}`,
    );
  });
});

describe('the split', () => {
  const cases: [string, Change, string, RegExp][] = [
    [
      'no row to train on',
      { featureSql: `${FEATURES_SQL} and ts >= timestamp '2001-01-25'` },
      'SplitEmpty',
      /^train is empty: no labelled row with "ts" in \[2001-01-01/,
    ],
    [
      'no row held out',
      { featureSql: `${FEATURES_SQL} and ts < timestamp '2001-01-25'` },
      'SplitEmpty',
      /^test is empty: .*the features have 576 rows from 2001-01-01/,
    ],
    [
      'labels that come too late',
      { featureSql: FEATURES_SQL.replace('label_ts', 'label_ts + interval 8 day as label_ts') },
      'SplitEmpty',
      /^(test|validation) is empty: .* whose label is known at/,
    ],
    [
      'equal labels to learn from',
      { featureSql: FEATURES_SQL.replace(' label,', " if(ts < timestamp '2001-01-25', 0, label) as label,") },
      'DataRejected',
      /^all \d+ rows of train have the label 0, and nothing can be learnt from equal labels/,
    ],
    [
      'equal labels held out',
      { featureSql: FEATURES_SQL.replace(' label,', " if(ts < timestamp '2001-01-25', label, 1) as label,") },
      'DataRejected',
      /^all \d+ rows of test have the label 1, and no model can be judged by equal labels/,
    ],
    [
      'ids shared by train and test',
      { featureSql: FEATURES_SQL.replace('select id', 'select id % 400 as id') },
      'DataRejected',
      /rows of test have a "id" that train has too/,
    ],
  ];

  it.each(cases)('stops at %s, with the remedy', async (_what, change, type, message) => {
    const failure = await failureOf(split(change));

    expect(failure).toMatchObject({ type, name: 'MainspringFailure' });
    expect(failure.message).toMatch(message);
  });

  it('keeps a slice that is a feature too once', async () => {
    const { test } = await split({
      features: { sql: 'features.sql', set: ['x', 'size'], slices: ['size'] },
      featureSql: FEATURES_SQL.replace(' size,', " (size = 'large')::int as size,"),
    });

    expect(test.columns).toMatchObject({ x: 'DOUBLE', size: 'BIGINT', label: 'INTEGER' });
  });
});
