import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, keyText, rowChecks } from '../../../../activities/data/row-checks.js';

/** Two ids of real flights that DuckDB's hash() cannot tell apart. */
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

async function repeated(rows: (string | null)[][]): Promise<number> {
  await connection.run('create or replace table events (id varchar, place varchar)');
  const values = rows.map((row) => `(${row.map((v) => (v === null ? 'null' : `'${v}'`)).join(', ')})`);
  await connection.run(`insert into events values ${values.join(', ')}`);
  const [check] = rowChecks({
    sources: { events: { parquet: 'events.parquet' } },
    checks: [{ unique: ['id', 'place'], allow: 0, onFail: 'stop' }],
  });
  const reader = await connection.runAndReadAll(`select ${countOf(check!)}`);
  return Number(reader.getRows()[0]?.[0]);
}

describe('the uniqueness check', () => {
  it('tells keys apart whose hashes are equal', async () => {
    const reader = await connection.runAndReadAll(`select hash('${COLLIDING[0]}') = hash('${COLLIDING[1]}')`);
    expect(reader.getRows()).toEqual([[true]]);
    expect(await repeated(COLLIDING.map((id) => [id, 'x']))).toBe(0);
  });

  it('counts every row after the first of its key, nulls included', async () => {
    const rows = [
      ['a', 'x'],
      ['a', 'x'],
      ['a', 'x'],
      ['a', 'y'],
      [null, 'x'],
      [null, 'x'],
      ['b', null],
    ];
    expect(await repeated(rows)).toBe(3);
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
