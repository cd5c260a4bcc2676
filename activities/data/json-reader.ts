import { literal } from '../../contracts/sql-text.js';

/** Most bytes of one JSON object. */
const MAX_OBJECT_BYTES = 16 * 2 ** 20;

/**
 * FROM clause of a file of JSON lines.
 *
 * @param types DuckDB type of each column. Default: guessed from all rows
 */
export function jsonReader(path: string, types?: Record<string, string>): string {
  const columns = Object.entries(types ?? {}).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  const typed = types === undefined ? 'sample_size = -1' : `columns = {${columns.join(', ')}}`;
  return `read_json(${literal(path)}, format = 'newline_delimited', maximum_object_size = ${MAX_OBJECT_BYTES}, ${typed})`;
}

/** The types of a reader that takes some columns as text. */
export const typesAs = (types: Record<string, string>, texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, texts.includes(name) ? 'VARCHAR' : type]),
  );
