import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted, rowsOf } from './database.js';

/** A column of few values: `values[code[row]]`. */
export interface Coded {
  by: string;
  values: string[];
  code: Int32Array;
}

/** A coded column, with the SQL expression of its code. */
export interface CodedColumn {
  by: string;
  values: string[];
  sql: string;
}

/** Make a column's distinct texts an enumeration, so that rows carry small integers instead of texts. */
export async function codes(
  connection: DuckDBConnection,
  source: string,
  type: string,
  by: string,
  order: string,
): Promise<CodedColumn> {
  const text = `coalesce(${quoted(by)}::varchar, '(missing)')`;
  await connection.run(
    `create type ${type} as enum (select value from (select ${text} as value, ${order === 'value' ? '0' : order} as rank from ${source} group by 1 order by rank, value))`,
  );
  const [values] = await rowsOf(connection, `select enum_range(null::${type})`);
  return { by, values: values?.[0] as string[], sql: `enum_code(${text}::${type})::int` };
}
