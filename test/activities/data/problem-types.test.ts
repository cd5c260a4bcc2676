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
async function processed(change: Change) {
  const input = await featured(change);
  const checked = await world.run(world.activities.validateFeatures, input);
  const split = checked.passed ? await world.run(world.activities.splitRows, input) : undefined;
  return { checked, split, of: (check: string) => checked.checks.find((result) => result.check === check) };
}

/** SELECT of features of every type, with a label in place of the events' own. */
const typed = (label: string, where = 'true'): string =>
  `select id, ts, day, label_ts, size, x, x::float as half, id::int as whole, late = 1 as flag, place as code, ${label} as label from clean
   where ts >= getvariable('window_from') and ts < getvariable('window_to') and ${where}`;
const features = { sql: 'features.sql', set: ['x', 'half', 'whole', 'flag', 'code'] };
const label = (classes: string[]) => ({ label: { column: 'label', availableAt: 'label_ts', classes } });
const CLASSES = ['early', 'on time', 'late'];
const CLASS = `case when x < 3 then 'early' when x < 6 then 'on time' else 'late' end`;

describe('a multiclass classification', () => {
  const problem = 'multiclass-classification' as const;

  it('takes the text of the classes, and its split holds their index and features of their own type', async () => {
    const { of, split } = await processed({
      problem,
      features,
      data: label(CLASSES),
      featureSql: typed(CLASS),
    });

    expect(of('labelPresent')?.message).toMatch(/rows by class: early \d+, on time \d+, late \d+; at least/);
    expect(of('labelClasses')).toMatchObject({ verdict: 'pass' });
    expect(split?.train.columns).toMatchObject({
      x: 'DOUBLE',
      half: 'FLOAT',
      whole: 'BIGINT',
      flag: 'BOOLEAN',
      code: 'VARCHAR',
      label: 'INTEGER',
    });
    expect(split?.inputs?.map(({ type, nullable }) => [type, nullable])).toEqual([
      ['float64', true],
      ['float32', true],
      ['int64', false],
      ['bool', false],
      ['string', false],
    ]);
    const rows = await world.read(
      split!.train.artifact,
      'select label, min(x) as least, count(*) as n from rows group by 1 order by 1',
    );
    expect(rows.map((row) => [row['label'], Math.floor(Number(row['least']))])).toEqual([
      [0, 0],
      [1, 3],
      [2, 6],
    ]);
    const total = rows.reduce((sum, row) => sum + Number(row['n']), 0);
    expect(split?.baseRate).toBeCloseTo(Math.max(...rows.map((row) => Number(row['n']))) / total, 12);
  });

  it('takes the index of the classes too', async () => {
    const index = 'case when x < 3 then 0 when x < 6 then 1 else 2 end';
    const { of, split } = await processed({ problem, data: label(CLASSES), featureSql: typed(index) });

    expect(of('label(label)')).toMatchObject({ verdict: 'pass' });
    expect(split?.test.columns['label']).toBe('INTEGER');
  });

  it('refuses a text that is no class, naming the classes', async () => {
    const { of } = await processed({
      problem,
      data: label(['early', 'on time', 'never']),
      featureSql: typed(CLASS),
    });

    expect(of('label(label)')).toMatchObject({ verdict: 'fail' });
    expect(of('label(label)')?.message).toMatch(/have a label other than .*early, on time, never/);
  });

  it('warns of a class without a row in the train window', async () => {
    const { of } = await processed({ problem, data: label([...CLASSES, 'never']), featureSql: typed(CLASS) });

    expect(of('labelClasses')).toMatchObject({ verdict: 'warn' });
    expect(of('labelClasses')?.message).toMatch(/no row of the train window has the class never/);
  });

  it('stops with rows of one class only', async () => {
    const { of } = await processed({ problem, data: label(CLASSES), featureSql: typed(`'late'`) });

    expect(of('labelPresent')).toMatchObject({ verdict: 'fail' });
  });

  it('finds a numeric feature and a text that give a class away, one against the rest', async () => {
    const { of } = await processed({
      problem,
      features: { sql: 'features.sql', set: ['x', 'code'] },
      data: { ...label(CLASSES), checks: [{ leakage: { maxSingleFeatureAuc: 0.9 } }] },
      featureSql: typed(CLASS).replace('place as code', `${CLASS} as code`),
    });

    // x separates the two outer classes perfectly, and the middle class badly.
    expect(of('leakage(code)')?.message).toMatch(
      /code alone predicts the label with one-vs-rest AUC .* 1\.000/,
    );
  });
});

describe('a regression', () => {
  const problem = 'regression' as const;

  it('keeps the label as a number, and its base rate is the mean of train', async () => {
    const { of, split } = await processed({ problem, featureSql: typed('x * 2 + id % 7') });

    expect(of('labelPresent')?.message).toMatch(/744 labels from [\d.]+ to [\d.]+/);
    expect(split?.train.columns['label']).toBe('DOUBLE');
    const [mean] = await world.read(split!.train.artifact, 'select avg(label) as mean from rows');
    expect(split?.baseRate).toBeCloseTo(Number(mean?.['mean']), 12);
  });

  it('refuses an infinite label, and one that is always the same', async () => {
    const infinite = await processed({ problem, featureSql: typed(`if(id = 500, 'inf'::double, x)`) });
    expect(infinite.of('label(label)')?.message).toMatch(/1 of 744 rows .* other than a finite number/);
    const constant = await processed({ problem, featureSql: typed('3.0::double') });
    expect(constant.of('labelPresent')).toMatchObject({ verdict: 'fail' });
    expect(constant.of('labelPresent')?.message).toMatch(/from 3 to 3; at least two different ones/);
  });

  it('finds a feature that orders the labels, in either direction', async () => {
    const { of } = await processed({
      problem,
      data: { checks: [{ leakage: { maxSingleFeatureAuc: 0.95 } }] },
      featureSql: typed('-exp(x / 3)'),
    });

    expect(of('leakage(x)')?.message).toMatch(
      /x alone predicts the label with rank strength .* 1\.000, allowed 0\.95/,
    );
  });

  it('does not have a label rate', async () => {
    const { of } = await processed({
      problem,
      data: { checks: [{ labelRate: { min: 0, max: 1 } }] },
      featureSql: typed('x'),
    });

    expect(of('labelRate')).toMatchObject({ verdict: 'fail' });
    expect(of('labelRate')?.message).toMatch(/does not apply to regression, only to binary-classification/);
  });
});

describe('features of other types than numbers', () => {
  const set = (...names: string[]) => ({ features: { sql: 'features.sql', set: names } });

  it('are shown with their most frequent values', async () => {
    const { checked } = await processed({ ...set('code', 'flag'), featureSql: typed('late') });

    const html = await world.text(checked.report);
    expect(html).toMatch(/2 different, AAA 50\.0 %, BBB 50\.0 %/);
    expect(html).toMatch(/2 different, false/);
  });

  it('are judged by the labels of other rows: a text that tells the label leaks, one that is noise does not', async () => {
    const leaks = await processed({
      ...set('code'),
      data: { checks: [{ leakage: { maxSingleFeatureAuc: 0.9 } }] },
      featureSql: typed('late').replace('place as code', `if(late = 1, 'yes', 'no') as code`),
    });
    expect(leaks.of('leakage(code)')?.message).toMatch(/AUC 1\.000/);
    const noise = await processed({ ...set('code'), featureSql: typed('late') });
    expect(noise.of('leakage')?.message).toMatch(/code with AUC 0\.[56]/);
  });

  it('are warned of when hardly a text repeats', async () => {
    const { of } = await processed({
      ...set('code'),
      featureSql: typed('late').replace('place as code', `'n' || id as code`),
    });

    expect(of('cardinality(code)')).toMatchObject({ verdict: 'warn' });
    expect(of('cardinality(code)')?.message).toMatch(/744 different texts in 744 rows/);
  });

  it('may be missing where the signature says so', async () => {
    const { of, split } = await processed({
      ...set('code', 'whole'),
      featureSql: typed('late').replace('place as code', 'if(id % 3 = 0, null, place) as code'),
    });

    expect(of('present(code)')).toMatchObject({ verdict: 'warn' });
    expect(split?.inputs?.map(({ nullable }) => nullable)).toEqual([true, false]);
  });

  it.each<[string, Change, RegExp, RegExp]>([
    [
      'a list',
      { ...set('code'), featureSql: typed('late').replace('place as code', '[place] as code') },
      /features of a type that no model takes: "code" is VARCHAR\[\]$/,
      /^Cast them, e\.g\. "code"::DOUBLE or ::VARCHAR/,
    ],
    [
      'a text as the label of a binary classification',
      { featureSql: typed(`'late'`) },
      /the label "label" as VARCHAR, and the label of a binary-classification is a number or a BOOLEAN$/,
      /^Give 0 or 1/,
    ],
    [
      'a text as the label of a regression',
      { problem: 'regression', featureSql: typed(`'late'`) },
      /the label of a regression is a number$/,
      /^Cast it to DOUBLE/,
    ],
  ])('are refused as %s', async (_what, change, message, remedy) => {
    const failure = await failureOf(featured(change));

    expect(failure).toMatchObject({
      type: 'DataRejected',
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(failure.message).toMatch(message);
  });
});

it('the measure of a binary feature agrees with the one before: the default features pass', async () => {
  const { of } = await processed({ featureSql: FEATURES_SQL });

  expect(of('leakage')?.message).toMatch(/^strongest feature alone: x with AUC 0\.\d{3}, allowed 0\.98$/);
});
