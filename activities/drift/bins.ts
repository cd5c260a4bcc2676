/**
 * SQL expression of the bin of a numeric column: the number of edges below the value, and one more bin, the last, for
 * nulls and NaN. The same for the frozen reference and for each window that is compared with it.
 *
 * @param column an identifier, already checked
 * @param edges inner edges, ascending
 */
export function binSql(column: string, edges: readonly number[]): string {
  const above = edges.map((edge) => `("${column}" > ${sqlDouble(edge)})::int`);
  return `case when "${column}" is null or isnan("${column}"::double) then ${edges.length + 1} else ${above.join(' + ') || '0'} end`;
}

/** Number of bins, the one for nulls included. */
export const binCount = (edges: readonly number[]): number => edges.length + 2;

const sqlDouble = (value: number): string => `${value.toExponential()}::double`;
