import { literal, quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';

/** Frequencies of the values of a text or boolean column. */
export interface TextProfile {
  /** Number of distinct values without null. */
  distinct: number;
  /** The most frequent values with their numbers of rows, most frequent first. Ties are ordered by text. */
  top: { value: string; rows: number }[];
}

/** Number of frequent values in the report. */
const TOP = 3;

/** The profile of each column, computed in one statement. */
export async function textProfiles(
  session: SqlSession,
  view: string,
  columns: string[],
): Promise<Record<string, TextProfile>> {
  if (columns.length === 0) return {};
  const each = columns.map(
    (name) => `(SELECT ${literal(name)} AS name, value, rows, count(*) OVER () AS kinds FROM (
      SELECT ${quoted(name)}::VARCHAR AS value, count(*) AS rows FROM ${view} WHERE ${quoted(name)} IS NOT NULL GROUP BY 1)
      ORDER BY rows DESC, value LIMIT ${TOP})`,
  );
  const found = await session.rows(each.join('\nUNION ALL\n'));
  return Object.fromEntries(
    columns.map((column) => {
      const own = found
        .filter(({ name }) => name === column)
        .map(({ value, rows, kinds }) => ({ value: String(value), rows: Number(rows), kinds: Number(kinds) }))
        .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
      const top = own.map(({ value, rows }) => ({ value, rows }));
      return [column, { distinct: own[0]?.kinds ?? 0, top }];
    }),
  );
}
