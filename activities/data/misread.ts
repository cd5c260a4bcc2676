import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import type { ForcedColumn } from './csv-reader.js';

/** Characters of a value that a message shows. */
const WIDTH = 60;

/** Values of a column that are not of its declared type. */
export interface Misread {
  message: string;
  /** @param field where null markers are declared */
  remedy(field: string): string;
}

/**
 * The first text of a CSV column that is no value of the declared type, with its row; undefined if all are.
 *
 * @param texts FROM clause in which the column is text
 */
export async function misread(
  session: SqlSession,
  texts: string,
  { column, value, type }: ForcedColumn,
): Promise<Misread | undefined> {
  if (type === 'string') return undefined;
  const wrong = `${quoted(column)} IS NOT NULL AND (${value}) IS NULL`;
  const [found] = await session.rows(
    `SELECT count(*) AS faults, first(text ORDER BY row) AS text, min(row) AS row
      FROM (SELECT ${quoted(column)} AS text, row_number() OVER () AS row, (${wrong}) AS wrong FROM ${texts}) WHERE wrong`,
  );
  const faults = Number(found?.['faults'] ?? 0);
  if (faults === 0) return undefined;
  const text = String(found?.['text']);
  const shown = JSON.stringify(text.length <= WIDTH ? text : `${text.slice(0, WIDTH)}…`);
  return {
    message: `${faults.toLocaleString('en')} of its values ${faults === 1 ? 'is' : 'are'} not: the first is ${shown} in row ${String(found?.['row'])} after the header`,
    remedy: (field) =>
      `If ${shown} stands for a missing value, declare it: ${field}: [${shown}]. Otherwise correct the file, or the declared type.`,
  };
}
