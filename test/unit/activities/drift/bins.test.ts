import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { binSql } from '../../../../activities/drift/bins.js';
import { quoted } from '../../../../contracts/sql-text.js';

it.each(['Größe (m)', 'a "q" b', 'select', "it's"])(
  'counts the edges below a value of the column %s',
  async (name) => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = `(select unnest([0, 1.5, 3, 'nan'::double, null]) as ${quoted(name)})`;
    const found = await (
      await connection.run(`select ${binSql(name, [1, 2])} as bin from ${rows}`)
    ).getRowsJS();
    connection.closeSync();
    instance.closeSync();
    expect(found.flat()).toEqual([0, 1, 2, 3, 3]);
  },
);
