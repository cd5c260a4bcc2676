import { isOfType } from '../../contracts/checks/columns.js';
import type { DeclaredColumn } from '../../contracts/spec/declared-columns.js';
import type { Source } from '../../contracts/spec/source.js';
import { isFloat, isString, isTemporal } from '../../contracts/sql-types.js';
import { literal, quoted } from '../../contracts/sql-text.js';

/** A declared column of one source. */
export type Declared = Pick<DeclaredColumn, 'column' | 'type' | 'onFail'>;

const dialect = ({ nulls = [] }: Source): string =>
  `header = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0, strict_mode = true, null_padding = false, nullstr = [${['', ...nulls].map(literal).join(', ')}]`;

/**
 * FROM clause of a CSV file by RFC 4180. Types are guessed from all rows.
 *
 * @param texts columns that are read as text
 */
export function csvReader(source: Source, path: string, texts: readonly string[] = []): string {
  const types = texts.map((name) => `${literal(name)}: 'VARCHAR'`);
  const typed = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
  return `read_csv(${literal(path)}, ${dialect(source)}, sample_size = -1${typed})`;
}

/** The same with all columns as text and nothing guessed: its errors name the line. */
export const strictReader = (source: Source, path: string, columns: readonly string[]): string =>
  `read_csv(${literal(path)}, auto_detect = false, ${dialect(source)}, columns = {${columns
    .map((name, at) => `${literal(name === '' ? `column${at}` : name)}: 'VARCHAR'`)
    .join(', ')}})`;

/** How a text is read as each declared type; null if it is no value of the type. A whole number may end in `.0`. */
const READ: Record<Declared['type'], (text: string) => string> = {
  string: (text) => text,
  int: (text) =>
    `CASE WHEN regexp_full_match(trim(${text}), '[+-]?[0-9]+([.]0*)?') THEN TRY_CAST(split_part(trim(${text}), '.', 1) AS BIGINT) END`,
  float: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  boolean: (text) => `TRY_CAST(${text} AS BOOLEAN)`,
  timestamp: (text) => `TRY_CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`,
  date: (text) => `TRY_CAST(${text} AS DATE)`,
};

/** A column of a CSV file that is read as it is declared, and not as it looks. */
export interface ForcedColumn extends Declared {
  /** SQL of the value from the text. */
  value: string;
}

/**
 * The columns whose declared type is not the guessed one.
 *
 * @param guessed DuckDB type of each column
 */
export const forcedColumns = (
  declared: readonly Declared[],
  guessed: Record<string, string>,
): ForcedColumn[] =>
  declared.flatMap((each) => {
    const type = guessed[each.column];
    if (type === undefined) return [];
    // Each day is an instant, but not each instant is a day: the check of the columns reports it.
    const isFine =
      (isOfType(each.type, type) && (each.type !== 'float' || isFloat(type))) ||
      (each.type === 'date' && isTemporal(type)) ||
      (each.type === 'timestamp' && !isString(type) && type !== 'DATE');
    return isFine ? [] : [{ ...each, value: READ[each.type](quoted(each.column)) }];
  });
