import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';

/** A column with few different values, stored as codes: the value of a row is `values[code[row]]`. */
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

/**
 * Create a DuckDB enumeration of a column's distinct texts, so that rows carry small integers instead of texts.
 *
 * @param order SQL aggregate by which the values are sorted; null sorts them by text
 */
export async function codes(
  session: SqlSession,
  source: string,
  type: string,
  by: string,
  order: string | null,
): Promise<CodedColumn> {
  const text = `coalesce(${quoted(by)}::varchar, '(missing)')`;
  const ranked = `select ${text} as value, ${order ?? '0'} as rank from ${source} group by 1 order by rank, value`;
  await session.run(`create type ${type} as enum (select value from (${ranked}))`);
  const [found] = await session.rows(`select enum_range(null::${type}) as "values"`);
  return { by, values: found?.['values'] as string[], sql: `enum_code(${text}::${type})::int` };
}
