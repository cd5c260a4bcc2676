import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, keyText } from '../../../../activities/data/count-failing.js';
import { rowChecks } from '../../../../activities/data/row-checks.js';

/** Two ids of real flights with the same value of DuckDB's hash(). */
const COLLIDING = ['20010520T1531-SEA-SMF-1', '20010529T1531-SNA-SMF-1'];

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function repeated(rows: (string | null)[][], order: string[] = [], middle?: string): Promise<number> {
  await connection.run('create or replace table unordered (id varchar, place varchar)');
  const values = rows.map((row) => `(${row.map((v) => (v === null ? 'null' : `'${v}'`)).join(', ')})`);
  await connection.run(`insert into unordered values ${values.join(', ')}`);
  await connection.run(
    `create or replace table events as from unordered ${order.length > 0 ? `order by ${order.join(', ')}` : ''}`,
  );
  const [check] = rowChecks({
    sources: { events: { parquet: 'events.parquet' } },
    checks: [{ unique: ['id', 'place'], allow: 0, onFail: 'stop' }],
  });
  const reader = await connection.runAndReadAll(`select ${countOf(check!, { order, middle })}`);
  return Number(reader.getRows()[0]?.[0]);
}

describe('the uniqueness check', () => {
  it('tells keys apart whose hashes are equal', async () => {
    const reader = await connection.runAndReadAll(`select hash('${COLLIDING[0]}') = hash('${COLLIDING[1]}')`);
    expect(reader.getRows()).toEqual([[true]]);
    expect(await repeated(COLLIDING.map((id) => [id, 'x']))).toBe(0);
  });

  const REPEATED = [
    ['a', 'x'],
    [null, 'x'],
    ['a', 'x'],
    ['a', 'y'],
    ['a', 'x'],
    [null, 'x'],
    ['b', null],
  ];

  it('counts every row after the first of its key, nulls included', async () => {
    expect(await repeated(REPEATED)).toBe(3);
  });

  it('counts the same by neighbours where the rows are in the order of the key, whichever column leads', async () => {
    expect(await repeated(REPEATED, ['id', 'place'])).toBe(3);
    expect(await repeated(REPEATED, ['place', 'id'])).toBe(3);
    expect(await repeated([[null, null]], ['id', 'place'])).toBe(0);
    expect(
      await repeated(
        [
          [null, null],
          [null, null],
        ],
        ['id', 'place'],
      ),
    ).toBe(1);
  });

  it('does not trust an order that begins with another column', async () => {
    await repeated(REPEATED);
    await connection.run('create or replace table events as select 1 as n, * from unordered');
    const [check] = rowChecks({
      sources: { events: { parquet: 'events.parquet' } },
      checks: [{ unique: ['id', 'place'], allow: 0, onFail: 'stop' }],
    });
    const reader = await connection.runAndReadAll(
      `select ${countOf(check!, { order: ['n', 'id', 'place'] })}`,
    );
    expect(Number(reader.getRows()[0]?.[0])).toBe(3);
  });

  it('counts the same in both ways on any rows', async () => {
    const cell = fc.option(fc.constantFrom('a', 'b', 'c'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 }), async (rows) => {
        const all = await repeated(rows);
        expect(await repeated(rows, ['id', 'place'])).toBe(all);
        // The rows are cut at any value, even below or above all of them.
        for (const middle of ["''", "'b'", "'z'"])
          expect(await repeated(rows, ['id', 'place'], middle)).toBe(all);
      }),
      { numRuns: 30 },
    );
  });

  it('names a key by a text that is equal exactly when its columns are', async () => {
    await repeated([
      ['a', null],
      ['a', null],
      [null, 'a'],
      ['a', 'null'],
    ]);
    const reader = await connection.runAndReadAll(
      `select count(distinct ${keyText(['id', 'place'])}) from events as s`,
    );
    expect(Number(reader.getRows()[0]?.[0])).toBe(3);
  });
});
