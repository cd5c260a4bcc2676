import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// These tests compute much: seconds on free cores, longer on shared ones.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '../../../..');
const data = join(root, 'node_modules/vega-datasets/data');
const sql = (name: string): string =>
  readFileSync(join(root, `examples/flight-delay/sql/${name}.sql`), 'utf8');
const onlineFeatures =
  'arr_o_rate, arr_o_n, dep_o_rate, arr_d_rate, arr_d_n, net1h, cong60, hour, dow, distance, o_lat, o_lon, d_lat, d_lon';

let folder: string;
let db: DuckDBConnection;
const number = async (query: string): Promise<number> =>
  Number((await db.runAndReadAll(query)).getRowsJson()[0]?.[0]);

/** Runs one SQL file as the engine does: inputs are views, the span is in variables, the result is ordered by all columns. */
async function build(
  name: 'clean' | 'features',
  to: string,
  window: { from: string; to: string },
): Promise<string> {
  await db.run(`SET VARIABLE as_of = TIMESTAMP '${window.to}'`);
  await db.run(`SET VARIABLE window_from = TIMESTAMP '${window.from}'`);
  await db.run(`SET VARIABLE window_to = TIMESTAMP '${window.to}'`);
  const file = join(folder, `${to}.parquet`);
  await db.run(
    `COPY (SELECT * FROM (${sql(name)}) ORDER BY ALL) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  return file;
}

/** Computes features from the raw flights of the window and its lookback, optionally with changed delays. */
async function run(
  tag: string,
  window: { from: string; to: string },
  flights = 'raw',
): Promise<{ clean: string; features: string }> {
  await db.run(
    `CREATE OR REPLACE VIEW flights AS FROM ${flights} WHERE "date" >= TIMESTAMP '${window.from}' - INTERVAL 1 DAY AND "date" < TIMESTAMP '${window.to}'`,
  );
  const clean = await build('clean', `${tag}-clean`, window);
  await db.run(`CREATE OR REPLACE VIEW clean AS FROM '${clean}'`);
  const features = await build('features', `${tag}-features`, window);
  return { clean, features };
}

const week = { from: '2001-03-30', to: '2001-04-03' }; // clocks change on April 1
const flipAt = `TIMESTAMP '2001-04-01 18:05'`; // The instant lies inside a bucket of ten minutes, so that a leak of one minute is found.
let whole: { clean: string; features: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flight-delay-sql-'));
  db = await (await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' })).connect();
  await db.run(`CREATE VIEW airports AS FROM '${data}/airports.csv'`);
  await db.run(
    `CREATE TABLE raw AS FROM '${data}/flights-3m.parquet' WHERE "date" BETWEEN '2001-03-28' AND '2001-04-03'`,
  );
  whole = await run('whole', week);
});
afterAll(() => {
  db.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

describe('clean.sql', () => {
  it('gives every flight an id of its own that does not depend on its delay', async () => {
    expect(await number(`SELECT count(*) - count(DISTINCT flight_id) FROM '${whole.clean}'`)).toBe(0);
    expect(await number(`SELECT count(*) FROM '${whole.clean}'`)).toBeGreaterThan(70_000);
    const flipped = await run(
      'ids',
      week,
      '(SELECT * REPLACE (if(delay > 15, 0, 60)::BIGINT AS delay) FROM raw)',
    );
    expect(
      await number(
        `SELECT count(*) FROM (SELECT flight_id FROM '${whole.clean}' EXCEPT SELECT flight_id FROM '${flipped.clean}')`,
      ),
    ).toBe(0);
  });

  it('turns local time into UTC across the change of clocks and where clocks do not change', async () => {
    const shift = (origin: string, day: string): Promise<number> =>
      number(
        `SELECT any_value(date_diff('hour', dep_ts, dep_utc)) FROM '${whole.clean}' WHERE origin = '${origin}' AND day = '${day}'`,
      );
    expect(await shift('JFK', '2001-03-31')).toBe(5);
    expect(await shift('JFK', '2001-04-01')).toBe(4);
    expect(await shift('PHX', '2001-04-01')).toBe(7);
    expect(await shift('IND', '2001-04-01')).toBe(5);
    expect(await shift('EVV', '2001-04-01')).toBe(5);
    expect(await shift('HNL', '2001-04-01')).toBe(10);
  });

  it('sets aside delays out of range and drops the first of July', async () => {
    await db.run(`CREATE OR REPLACE TABLE odd AS SELECT * FROM (VALUES
      (TIMESTAMP '2001-06-30 10:00', -953::BIGINT, 700::BIGINT, 'JFK', 'ATL'),
      (TIMESTAMP '2001-06-30 10:00', 1441, 700, 'JFK', 'ATL'),
      (TIMESTAMP '2001-06-30 10:00', 1440, 700, 'JFK', 'ATL'),
      (TIMESTAMP '2001-07-01 00:00', 5, 700, 'JFK', 'ATL'),
      (TIMESTAMP '2001-06-30 10:00', 5, 700, 'JFK', 'no such airport')) t("date", delay, distance, origin, destination)`);
    const { clean } = await run('odd', { from: '2001-06-29', to: '2001-07-02' }, 'odd');
    expect(await number(`SELECT count(*) FROM '${clean}'`)).toBe(1);
    expect(await number(`SELECT delay FROM '${clean}'`)).toBe(1440);
  });

  it('keeps the fixed list of airport sizes equal to the rule that it states', async () => {
    await db.run(
      `CREATE OR REPLACE VIEW january AS FROM '${data}/flights-3m.parquet' WHERE "date" < '2001-02-01'`,
    );
    const { clean } = await run('sizes', { from: '2001-01-02', to: '2001-02-01' }, 'january');
    const differing = await number(`WITH share AS (
      SELECT origin, count(*) / sum(count(*)) OVER () AS s FROM january GROUP BY ALL)
      SELECT count(*) FROM (SELECT DISTINCT origin, airport_size FROM '${clean}') JOIN share USING (origin)
      WHERE airport_size <> CASE WHEN s >= 0.01 THEN 'large' WHEN s >= 0.0025 THEN 'medium' ELSE 'small' END`);
    expect(differing).toBe(0);
  });
});

describe('features.sql', () => {
  it('sees no label before it is known: other delays after T change nothing before T', async () => {
    // Raw rows have local time. Every flight whose label is known only after T departed after T minus 11 hours.
    await db.run(
      `CREATE OR REPLACE TABLE known_late AS SELECT dep_ts, origin, destination FROM '${whole.clean}' WHERE label_ts > ${flipAt}`,
    );
    const flipped = await run(
      'flipped',
      week,
      `(SELECT r.* REPLACE (if(k.origin IS NULL, delay, if(delay > 15, 0, 60))::BIGINT AS delay)
        FROM raw r LEFT JOIN (SELECT DISTINCT * FROM known_late) k
        ON k.dep_ts = r."date" AND k.origin = r.origin AND k.destination = r.destination)`,
    );
    const side = (file: string, where: string): string =>
      `SELECT flight_id, ${onlineFeatures} FROM '${file}' WHERE ${where}`;
    const changed = (where: string): Promise<number> =>
      number(
        `SELECT count(*) FROM (${side(whole.features, where)} EXCEPT ALL ${side(flipped.features, where)})`,
      );
    expect(await number(`SELECT count(*) FROM '${whole.features}' WHERE ts <= ${flipAt}`)).toBeGreaterThan(
      30_000,
    );
    expect(await changed(`ts <= ${flipAt}`)).toBe(0);
    expect(await changed(`ts > ${flipAt}`)).toBeGreaterThan(10_000);
  });

  it('builds the same rows day by day as in one piece', async () => {
    const days = ['2001-03-30', '2001-03-31', '2001-04-01', '2001-04-02', '2001-04-03'];
    const files: string[] = [];
    for (const [i, from] of days.slice(0, -1).entries()) {
      files.push((await run(`day${i}`, { from, to: days[i + 1]! })).features);
    }
    const parts = `read_parquet([${files.map((f) => `'${f}'`).join(', ')}])`;
    const minus = (a: string, b: string): Promise<number> =>
      number(`SELECT count(*) FROM (FROM ${a} EXCEPT ALL FROM ${b})`);
    expect(await minus(parts, `'${whole.features}'`)).toBe(0);
    expect(await minus(`'${whole.features}'`, parts)).toBe(0);
  });

  it('gives exactly the rows of the window, once each, with finite features', async () => {
    expect(await number(`SELECT count(*) - count(DISTINCT flight_id) FROM '${whole.features}'`)).toBe(0);
    expect(
      await number(
        `SELECT count(*) FROM '${whole.features}' WHERE ts < '${week.from}' OR ts >= '${week.to}'`,
      ),
    ).toBe(0);
    expect(
      await number(
        `SELECT count(*) FROM (UNPIVOT (SELECT ${onlineFeatures} FROM '${whole.features}') ON COLUMNS(*)) WHERE NOT isfinite(value)`,
      ),
    ).toBe(0);
    expect(
      await number(
        `SELECT count(*) FROM '${whole.clean}' WHERE dep_utc >= '${week.from}' AND dep_utc < '${week.to}'`,
      ),
    ).toBe(await number(`SELECT count(*) FROM '${whole.features}'`));
  });

  it('writes the same bytes again with another number of threads', async () => {
    const sha = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
    await db.run('SET threads = 1');
    const again = await run('again', week);
    await db.run('SET threads = 2');
    expect(sha(again.clean)).toBe(sha(whole.clean));
    expect(sha(again.features)).toBe(sha(whole.features));
  });
});
