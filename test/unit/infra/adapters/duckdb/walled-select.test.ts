import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSqlEngine } from '../../../../../infra/adapters/duckdb/sql-engine.js';
import type { WalledQuery } from '../../../../../activities/ports/sql-engine.js';

const engine = openSqlEngine();
const folder = mkdtempSync(join(tmpdir(), 'mainspring-wall-'));
const flights = join(folder, 'flights.parquet');
const secret = join(folder, 'secret.csv');
const output = join(folder, 'out.parquet');
const signal = new AbortController().signal;
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const select = (sql: string, change: Partial<WalledQuery> = {}) =>
  engine.walledSelect({
    name: 'data.clean (sql/clean.sql)',
    sql,
    inputs: { flights },
    variables: {
      as_of: '2001-01-03T00:00:00.000Z',
      window_from: '2001-01-01T00:00:00.000Z',
      window_to: '2001-01-03T00:00:00.000Z',
    },
    limits: { memory: '200MB', timeMs: 20_000 },
    output,
    folder: join(folder, 'spill'),
    signal,
    ...change,
  });

const read = (sql: string) =>
  engine.session({ folder, signal }, (session) =>
    session.rows(sql.replace('result', `read_parquet('${output}')`)),
  );

const failureOf = (running: Promise<unknown>) =>
  running.then(
    () => ({ type: 'none', message: 'it ran' }),
    (error: { type: string; message: string }) => error,
  );

beforeAll(async () => {
  writeFileSync(secret, 'word\nhunter2\n');
  await engine.session({ folder, signal }, (session) =>
    session.run(
      `copy (select i as id, i % 7 as k, timestamp '2001-01-01' + to_hours(i::int) as ts from range(100) t(i))
       to '${flights}' (format parquet)`,
    ),
  );
  chmodSync(flights, 0o444);
});
beforeEach(() => rmSync(output, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a statement behind the wall', () => {
  it('sees its inputs and variables, whatever the text ends with', async () => {
    await select(
      `with recent as (select * from flights where ts < getvariable('as_of'))
       select id, k, getvariable('window_from') as f from recent, range(2) r(n) where n = 0; -- the end`,
    );
    expect(await read('select count(*) as rows, min(f)::varchar as f from result')).toEqual([
      { rows: 48, f: '2001-01-01 00:00:00' },
    ]);
  });

  it('writes the same bytes whatever the order of the statement and the number of threads', async () => {
    await select('select * from flights order by id desc');
    const first = digest(output);
    rmSync(output);
    await openSqlEngine({ threads: 1 }).walledSelect({
      name: 'x',
      sql: 'select * from flights order by k',
      inputs: { flights },
      variables: {
        as_of: '2001-01-03T00:00:00Z',
        window_from: '2001-01-01T00:00:00Z',
        window_to: '2001-01-03T00:00:00Z',
      },
      limits: { memory: '200MB', timeMs: 20_000 },
      output,
      folder,
      signal,
    });
    expect(digest(output)).toBe(first);
  });
});

describe('a forbidden statement', () => {
  const escapes: Record<string, string> = {
    'read another file': `select * from read_csv('${secret}')`,
    'read its own input by path': `select * from read_parquet('${flights}')`,
    'name a file as a table': `select * from '${secret}'`,
    'read a file as text': `select * from read_text('${secret}')`,
    'list a folder': `select * from glob('${folder}/*')`,
    'hide a read in a subquery': `select (select max(content) from read_text('${secret}')) as x`,
    'hide a read in a common table': `with a as (select * from read_text('${secret}')) select * from a`,
    'build SQL as text': `select * from query('select 1')`,
    'copy out': `copy (select 1) to '${join(folder, 'stolen.csv')}'`,
    'overwrite an input': `copy (select 1) to '${flights}' (format parquet, use_tmp_file false)`,
    'break out of the wrapping': `select 1) to '${join(folder, 'stolen.csv')}'; select (1`,
    'attach a database': `attach '${join(folder, 'x.db')}'`,
    'install an extension': 'install httpfs',
    'load an extension': 'load httpfs',
    'change a setting': 'set threads = 1',
    'reset a setting': 'reset threads',
    'run a pragma': 'pragma database_list',
    'call a procedure': 'call pragma_version()',
    'read settings': 'select * from duckdb_settings()',
    'read the catalog': 'select * from information_schema.tables',
    'read one setting': `select current_setting('temp_directory') as x`,
    'read the environment': `select getenv('HOME') as x`,
    'write a log file': `select * from enable_logging(storage = 'file', storage_path = '${join(folder, 'log')}')`,
    'run two statements': 'select 1; select 2',
    'run none': '-- nothing here',
    'create a table': 'create table x as select 1',
    insert: 'insert into flights values (1)',
    'describe instead of select': 'describe flights',
    'ask the time': 'select now() as x',
    'ask the time without brackets': 'select current_timestamp as x',
    'throw dice': 'select random() as x',
    'take another sample each time': 'select * from flights using sample 10%',
    'read a table that was not declared': 'select * from airports',
  };

  it.each(Object.entries(escapes))('is refused when it tries to %s', async (_what, sql) => {
    const before = [digest(flights), readdirSync(folder).toSorted()];

    const failure = await failureOf(select(sql));

    expect(failure).toMatchObject({ type: 'SqlRefused' });
    expect(failure.message).toMatch(/^data\.clean \(sql\/clean\.sql\) is refused: .+/);
    expect([digest(flights), readdirSync(folder).toSorted()]).toEqual(before);
  });

  it('is refused when two of its columns differ in case only', async () => {
    await expect(select('select *, k as "K" from flights; -- end')).rejects.toMatchObject({
      type: 'SqlRefused',
      message: expect.stringContaining('gives the columns "k" and "K", which differ in case only') as string,
      remedy: 'Rename one of them in the SELECT.',
    });
    expect(existsSync(output)).toBe(false);
  });

  it('that meets a text where it needs a number says what to do, and nothing of the engine’s own statement', async () => {
    const failure = await failureOf(select("select *, ('n/a' || k)::double as number from flights"));
    expect(failure).toMatchObject({
      type: 'SqlRefused',
      message: expect.stringMatching(
        /failed: Conversion Error: Could not convert string 'n\/a\d' to DOUBLE$/,
      ) as string,
      remedy: expect.stringMatching(/TRY_CAST.*nulls/) as string,
    });
  });

  it('names the unknown column and the near ones', async () => {
    const failure = await failureOf(select('select idd from flights'));

    expect(failure).toMatchObject({ type: 'SqlRefused' });
    expect(failure.message).toMatch(/data\.clean .*"idd".*"id"/s);
  });

  it('ends at the time limit with the limit to raise', async () => {
    const endless =
      'select count(*) as n from range(1000000000) a, range(1000000) b where a.range + b.range = -1';

    const failure = await failureOf(select(endless, { limits: { memory: '200MB', timeMs: 200 } }));

    expect(failure).toMatchObject({ type: 'SqlTimedOut' });
    expect(failure.message).toContain('data.limits.time (0.2 s)');
    expect(existsSync(output)).toBe(false);
  });

  it('ends when it is cancelled, with the reason of the cancellation', async () => {
    const cancelled = new AbortController();
    const running = failureOf(
      select('select count(*) as n from range(1000000000) a, range(1000000) b where a.range + b.range = -1', {
        signal: cancelled.signal,
      }),
    );
    setTimeout(() => cancelled.abort(new Error('no longer wanted')), 100);

    expect((await running).message).toBe('no longer wanted');
  });

  it('ends at the memory limit with the limit to raise', async () => {
    const failure = await failureOf(
      select('select list(i) as x from range(100000000) t(i)', {
        limits: { memory: '30MB', timeMs: 20_000 },
      }),
    );

    expect(failure).toMatchObject({ type: 'SqlRefused' });
    expect(failure.message).toContain('data.limits.memory (30MB)');
  });

  const bombs: [string, string, RegExp][] = [
    ['a long text', "select repeat('x', 1000000000) as x", /data\.limits\.(memory|time)/],
    [
      'long texts for each row',
      "select id, repeat('x' || id, 40000000) as x from flights",
      /data\.limits\.(memory|time)/,
    ],
    [
      'a padded text',
      "select length(rpad('x', 2000000000, 'y') || lpad('x', 2000000000, 'y')) as x",
      /data\.limits\.(memory|time)/,
    ],
    [
      'a long list',
      'select list_sum(range(id * 1000000)) as x from flights',
      /data\.limits\.(memory|time)|maximum allowed vector/,
    ],
    [
      'an endless function',
      "select levenshtein(repeat('ab', 400000), repeat('ba', 400000)) as x",
      /data\.limits\.(time|memory)/,
    ],
  ];
  it.each(bombs)(
    'ends at a limit of memory or time with %s',
    { timeout: 60_000 },
    async (_what, sql, message) => {
      const before = process.memoryUsage.rss();

      const failure = await failureOf(select(sql, { limits: { memory: '300MB', timeMs: 5_000 } }));

      expect(failure.message).toMatch(message);
      expect(failure.type).toMatch(/^Sql(Refused|TimedOut)$/);
      expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
      expect(existsSync(output)).toBe(false);
    },
  );

  it('sees nothing of the environment of its worker', async () => {
    const failure = await failureOf(select("select getenv('PATH') as x"));
    expect(failure.message).toContain('"getenv" is refused');
  });

  it('names a memory limit that is invalid', async () => {
    const failure = await failureOf(select('select 1 as x', { limits: { memory: 'lots', timeMs: 1_000 } }));
    expect(failure.message).toContain('data.limits.memory "lots"');
    const negative = await failureOf(select('select 1 as x', { limits: { memory: '-5GB', timeMs: 1_000 } }));
    expect(negative.message).toContain('data.limits.memory "-5GB"');
  });
});

describe("an error of the engine's own statement", () => {
  const own = (sql: string, limits = { memory: '300MB', timeMs: 1_000 }) =>
    failureOf(engine.session({ folder, signal, limits }, (session) => session.rows(sql)));

  it('that the same data give again is final, and names the limit or the reason', async () => {
    expect(
      await own('select list(i) as x from range(100000000) t(i)', { memory: '300MB', timeMs: 60_000 }),
    ).toMatchObject({
      type: 'DataTooLarge',
      message: expect.stringContaining('data.limits.memory (300MB)') as string,
    });
    expect(
      await own('select count(*) from range(1000000000) a, range(1000000) b where a.range + b.range = -1'),
    ).toMatchObject({
      type: 'SqlTimedOut',
      message: expect.stringContaining('data.limits.time (1 s)') as string,
    });
    expect(await own("select '1e39'::double::float as x")).toMatchObject({ type: 'DataRejected' });
    expect(await own('select stddev_pop(x) from (values (1e308), (-1e308)) t(x)')).toMatchObject({
      type: 'DataRejected',
    });
  });

  it('that may pass is tried again', async () => {
    const failure = await own(`select * from read_parquet('${join(folder, 'gone.parquet')}')`);
    expect(failure).not.toHaveProperty('type');
  });
});
