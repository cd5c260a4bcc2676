import { quoted } from '../../contracts/sql-text.js';
import { asFloat32 } from './float32.js';

/**
 * SQL expression of the bin of a numeric column: the number of edges below the value, and one more bin, the last, for
 * nulls and NaN. The same for the frozen reference and for each window that is compared with it.
 *
 * Values and edges are compared as float32, which is what the model sees: a log that keeps doubles and a table that keeps
 * floats then agree about values that lie on an edge.
 *
 * @param column a column's name, whatever letters it holds
 * @param edges inner edges, ascending
 */
export function binSql(column: string, edges: readonly number[]): string {
  const value = asFloat32(quoted(column));
  const above = edges.map((edge) => `(${value} > ${edge.toExponential()}::float)::int`);
  return `case when ${quoted(column)} is null or isnan(${value}) then ${edges.length + 1} else ${above.join(' + ') || '0'} end`;
}

/** Number of bins, the one for nulls included. */
export const binCount = (edges: readonly number[]): number => edges.length + 2;
