/** Columns whose values together decide the value of another column. */
export interface Dependency {
  columns: string[];
  column: string;
  /** The columns among these that can hold NaN, which counts as missing. */
  floats: readonly string[];
}

/**
 * How SQL counts the rows that fail. `fails` is a condition on a row of the source, whose alias is `s`. It also
 * selects the sample of failing rows and the rows that are set aside.
 *
 * - `condition`: evaluated for every row, in the single pass over the source.
 * - `statistics`: only about nulls, smallest or largest values, so that the statistics of the Parquet file rule out
 * most of its parts.
 * - `value`: only about one column, so that it is evaluated once for each distinct value.
 * - `key`: rows that repeat a combination of columns fail together.
 * - `dependency`: rows with equal values of some columns fail together if they have different values of another
 * column.
 */
export type Counting =
  | { by: 'condition' | 'statistics' | 'value'; fails: string }
  | { by: 'key'; key: string[] }
  | { by: 'dependency'; dependency: Dependency; fails: string };

/** One rule about the rows of a source. */
export interface RowRule {
  /** Name of the rule in reports, e.g. `notNull(delay)`. */
  check: string;
  /** Columns that must exist. When counting by value, the first is the column of the condition. */
  columns: string[];
  /** Description of the fault, written after "3 of 100 rows". */
  fault: string;
  /** Share of rows that may fail, 0–1. */
  allowed: number;
  counting: Counting;
  /** True if the columns must be numeric. Default: false. */
  numeric?: boolean;
  /** A column of another source that must exist. Default: none. */
  reference?: { source: string; column: string };
  /** A statement that DuckDB must accept before the rule can run. Default: none. */
  probe?: { sql: string; fault: (words: string) => string };
}
