import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlRow } from '../../../../activities/ports/sql-engine.js';
import type { Declared } from '../../../../activities/data/csv-reader.js';
import { readSource } from '../../../../activities/data/read-source.js';
import type { Source } from '../../../../contracts/spec/source.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';

const ALL = { from: '2000-01-01T00:00:00.000Z', to: '2030-01-01T00:00:00.000Z' };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainspring-read-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const session = <T>(work: Parameters<ReturnType<typeof openSqlEngine>['session']>[1]): Promise<T> =>
  openSqlEngine({ memory: '1GB' }).session(
    { folder, signal: new AbortController().signal },
    work,
  ) as Promise<T>;

let files = 0;
/** The rows and types that a source is read with. */
async function read(
  content: string | Buffer,
  { declared = [], ...source }: Partial<Source> & { declared?: Declared[] } = {},
): Promise<{ rows: SqlRow[]; types: string[] }> {
  const path = join(folder, `source-${files++}`);
  writeFileSync(path, content);
  return session(async (duckdb) => {
    const output = `${path}.parquet`;
    const whole: Source = source.parquet === undefined ? { csv: 'rides.csv', ...source } : source;
    await readSource(duckdb, 'rides', whole, path, ALL, output, declared);
    const described = await duckdb.rows(`SELECT column_type FROM (DESCRIBE FROM read_parquet('${output}'))`);
    return {
      rows: await duckdb.rows(`SELECT * FROM read_parquet('${output}')`),
      types: described.map((row) => String(row['column_type'])),
    };
  });
}
const as = (column: string, type: Declared['type'], onFail: Declared['onFail'] = 'stop'): Declared => ({
  column,
  type,
  onFail,
});

const refused = (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'it was read',
    ({ type, message, remedy }: { type: string; message: string; remedy: string }) =>
      `${type}: ${message} → ${remedy}`,
  );

describe('a CSV file is read with the declared types', () => {
  it('digits declared as text keep their leading zeros', async () => {
    const content = 'code,zip,n\n20151,1,1\n73301,2,2\n';
    const { rows, types } = await read(content, { declared: [as('code', 'string'), as('zip', 'string')] });
    expect(types).toEqual(['VARCHAR', 'VARCHAR', 'BIGINT']);
    expect(rows[0]).toEqual({ code: '20151', zip: '1', n: 1 });
  });

  it('the same digits may be a float, a truth or a text of any length', async () => {
    const content = 'f,b,t,d\n1,0,99999999999999999999,2024-02-29\n2,1,1,2024-03-01\n';
    const declared = [as('f', 'float'), as('b', 'boolean'), as('t', 'string'), as('d', 'timestamp')];
    const { rows, types } = await read(content, { declared });
    expect(types).toEqual(['DOUBLE', 'BOOLEAN', 'VARCHAR', 'TIMESTAMP']);
    expect(rows[0]).toMatchObject({ f: 1, b: false, t: '99999999999999999999' });
  });

  it('a whole number may be written with a zero fraction, as pandas does beside nulls', async () => {
    const { rows, types } = await read('n,m\n1.0,1\n,2\n3.0,3\n', { declared: [as('n', 'int')] });
    expect(types[0]).toBe('BIGINT');
    expect(rows.map((row) => row['n'])).toEqual([1, 3, null]);
  });

  it('declared null markers are nulls in every column', async () => {
    const content = 'a,b,c,d\n1,NA,\\N,-\n2,n/a,2,x\nNA,3,3,y\n';
    const { rows, types } = await read(content, { nulls: ['NA', 'n/a', '\\N', '-'] });
    expect(types).toEqual(['BIGINT', 'BIGINT', 'BIGINT', 'VARCHAR']);
    expect(rows[0]).toEqual({ a: 1, b: null, c: null, d: null });
  });

  it('a value that is not of the declared type is named with its row, and how to declare a null marker', async () => {
    expect(await refused(read('w,x\n1,a\n2,b\nNA,c\n?,d\n', { declared: [as('w', 'float')] }))).toBe(
      'DataRejected: column "w" of data.sources.rides (rides.csv) is declared float, and 2 of its values are not: the first is "NA" in row 3 after the header → If "NA" stands for a missing value, declare it: data.sources.rides.nulls: ["NA"]. Otherwise correct the file, or the declared type.',
    );
    expect(await refused(read('w,x\n1,a\n2.5,b\n', { declared: [as('w', 'int')] }))).toContain(
      '"2.5" in row 2',
    );
    expect(await refused(read('w\n99999999999999999999\n1\n', { declared: [as('w', 'int')] }))).toContain(
      '"99999999999999999999" in row 1',
    );
    expect(await refused(read('w,x\n2024-02-30,a\n', { declared: [as('w', 'date')] }))).toContain(
      '"2024-02-30"',
    );
    expect(await refused(read('t,x\n2024-01-01,a\nNA,b\n', { time: 't' }))).toContain(
      'column "t" of data.sources.rides (rides.csv) is the event time, and 1 of its values is not: the first is "NA" in row 2',
    );
  });

  it('a check that only warns leaves the column as it looks', async () => {
    expect((await read('w\nNA\n1\n', { declared: [as('w', 'int', 'warn')] })).types).toEqual(['VARCHAR']);
  });

  it('names with blanks, quotes and other letters are as they stand', async () => {
    const { rows } = await read('Flight Date,"a ""q"" b",Größe,order\n007,1,2,3\n', {
      declared: [as('Flight Date', 'string'), as('a "q" b', 'float')],
    });
    expect(rows).toEqual([{ 'Flight Date': '007', 'a "q" b': 1, Größe: 2, order: 3 }]);
  });

  it('a byte-order mark, a line of comment and a blank line lose no row', async () => {
    expect((await read('\ufeffa,b\n#1,2\n\n3,4\n')).rows).toEqual([
      { a: '#1', b: 2 },
      { a: '3', b: 4 },
    ]);
  });
});

describe('a file that is damaged is refused with its place', () => {
  const many = Array.from({ length: 30_000 }, (_, i) => `${i},2`).join('\n');
  const cases: [string, string | Buffer, RegExp][] = [
    [
      'a row with too few fields',
      'a,b\n1,2\n3\n4,5\n',
      /line 3: Expected Number of Columns: 2 Found: 1, in "3"/,
    ],
    [
      'a row with too many fields',
      'a,b\n1,2\n4,5,6\n',
      /line 3: Expected Number of Columns: 2 Found: 3, in "4,5,6"/,
    ],
    ['a late one', `a,b\n${many}\n7\n`, /line 30002: .*Found: 1, in "7"/],
    ['a title above the header', 'My data\na,b\n1,2\n', /line 2: Expected Number of Columns: 1 Found: 2/],
    ['quotes that do not end', 'a,b\n1,"x\n2,3\n', /line 2: Value with unterminated quote/],
    ['a NUL byte', 'a,b\n1,x\n2,y\0z\n', /has a NUL byte in line 3/],
    ['another encoding', Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), /line \d: Invalid unicode/],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /is encoded in UTF-16, and only plain text/],
    ['gzip', gzipSync('a,b\n1,2\n'), /is compressed with gzip, and only plain text/],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004 xlsx'), /is a ZIP archive or a spreadsheet/],
    ['Parquet', 'PAR1....PAR1', /is a Parquet file, and only plain text/],
    [
      'a line of 10 MB',
      `a,b\n1,${'x'.repeat(10_000_000)}\n2,y\n`,
      /line \d: Maximum line size of 2000000 bytes exceeded/,
    ],
    ['a header of 3 MB', `a,${'x'.repeat(3_000_000)}\n1,2\n`, /has a header of more than 2 MB/],
    ['no header', '\n\n', /has no header/],
    ['two columns of one name', 'a,b,a\n1,2,3\n', /has two columns "a"/],
    [
      'two columns that differ in case',
      'a,b,A\n1,2,3\n',
      /has the columns "a" and "A", which differ in case only/,
    ],
  ];
  it.each(cases)('%s', async (_what, content, message) => {
    const found = await refused(read(content));
    expect(found).toMatch(/^SourceUnreadable: data\.sources\.rides \(rides\.csv\) /);
    expect(found).toMatch(message);
    expect(found.length).toBeLessThan(800);
  });

  it('more columns than the limit are refused before any row is read', async () => {
    const names = Array.from({ length: 15_001 }, (_, i) => `c${i}`).join(',');
    expect(await refused(read(`${names}\n${names}\n`))).toMatch(
      /^DataTooLarge: data\.sources\.rides \(rides\.csv\) has 15,001 columns, and at most 15,000 are read/,
    );
  });
});

describe('a Parquet file', () => {
  const made = (select: string): Promise<Buffer> =>
    session(async (duckdb) => {
      const path = join(folder, `made-${files++}.parquet`);
      await duckdb.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
      const { readFileSync } = await import('node:fs');
      return readFileSync(path);
    });

  it('keeps nested columns and names of any letters', async () => {
    const content = await made(`select 1 as "a b", {x: 1, y: [2]} as s, map {'k': 1} as m, 2 as z`);
    expect((await read(content, { parquet: 'rides.parquet' })).types).toEqual([
      'INTEGER',
      'STRUCT(x INTEGER, y INTEGER[])',
      'MAP(VARCHAR, INTEGER)',
      'INTEGER',
    ]);
  });

  it('that was cut or changed anywhere is read or refused for good, never tried again', async () => {
    const whole = await made(`select i, 'text ' || i as t, i * 1.5 as x from range(3000) t(i)`);
    for (let k = 0; k < 60; k += 1) {
      const at = Math.floor((whole.length * (k + 1)) / 61);
      const damaged = k % 2 === 0 ? whole.subarray(0, at) : Buffer.from(whole);
      if (k % 2 === 1) damaged[whole.length - 1 - Math.floor((at * 600) / whole.length)]! ^= 0x55;
      const found = await refused(read(damaged, { parquet: 'rides.parquet' }));
      expect(found).toMatch(
        /^(it was read|SourceUnreadable: data\.sources\.rides \(rides\.parquet\) |DataTooLarge)/,
      );
    }
  });
});
