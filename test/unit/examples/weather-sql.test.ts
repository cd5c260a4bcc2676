import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const days = join(root, 'node_modules/vega-datasets/data/weather.csv');
const sql = (example: string, name: string): string =>
  readFileSync(join(root, 'examples', example, 'sql', `${name}.sql`), 'utf8');

/** A day in the middle of the window. */
const CHANGE = "date '2015-02-10'";

let db: DuckDBConnection;
beforeAll(async () => {
  db = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => db.closeSync());

/** Builds the table `features` of 2015 up to July from raw days, as the engine does. */
async function build(example: string, raw: string): Promise<void> {
  await db.run("SET VARIABLE as_of = TIMESTAMP '2015-07-02'");
  await db.run("SET VARIABLE window_from = TIMESTAMP '2015-01-01'");
  await db.run("SET VARIABLE window_to = TIMESTAMP '2015-07-02'");
  await db.run(`CREATE OR REPLACE VIEW weather AS ${raw}`);
  await db.run(`CREATE OR REPLACE TABLE clean AS ${sql(example, 'clean')}`);
  await db.run(`CREATE OR REPLACE TABLE features AS ${sql(example, 'features')}`);
}

const ask = async (query: string): Promise<unknown[]> =>
  (await db.runAndReadAll(query)).getRowsJson()[0] ?? [];

describe.each(['weather-kind', 'max-temperature'])('the SQL of %s', (example) => {
  it('gives one row for each place and day, with its label known later', async () => {
    await build(example, `FROM '${days}'`);

    expect(
      await ask(
        'SELECT count(DISTINCT id) = count(*), count(*) > 300, bool_and(label_ts > ts), bool_and(label IS NOT NULL) FROM features',
      ),
    ).toEqual([true, true, true, true]);
  });

  it('uses no measurement of a day that has not ended', async () => {
    await build(example, `FROM '${days}'`);
    await db.run('CREATE OR REPLACE TABLE before AS FROM features');
    // Every day from the change on has other values.
    const changed = `date < ${CHANGE}`;
    await build(
      example,
      `SELECT location, date, if(${changed}, precipitation, 99) AS precipitation, if(${changed}, temp_max, 50) AS temp_max,
        if(${changed}, temp_min, -9) AS temp_min, if(${changed}, wind, 30) AS wind, if(${changed}, weather, 'snow') AS weather
       FROM '${days}'`,
    );

    // The features of a row are known at its ts, but its label is not.
    const early = `SELECT * EXCLUDE (label, label_ts) FROM %t WHERE ts <= ${CHANGE}`;
    const [left, right] = ['before', 'features'].map((table) => early.replace('%t', table));
    expect(await ask(`SELECT count(*) FROM (${left} EXCEPT ${right})`)).toEqual(['0']);
    expect(await ask(`SELECT count(*) > 0 FROM (FROM before EXCEPT FROM features)`)).toEqual([true]);
  });
});

it('weather-kind knows the kind of the day before, and not that of the day itself', async () => {
  await build(
    'weather-kind',
    `SELECT * REPLACE (if(date = ${CHANGE}, 'hail', weather) AS weather) FROM '${days}'`,
  );

  expect(
    await ask(
      `SELECT string_agg(DISTINCT strftime(ts, '%Y-%m-%d')) FROM features WHERE kind_before = 'hail'`,
    ),
  ).toEqual(['2015-02-12']);
});
