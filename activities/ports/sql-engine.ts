/** A result row: numbers (64-bit integers too, as counts stay below 2^53), strings, booleans, dates and nulls. */
export type SqlRow = Record<string, unknown>;

/** Some rows of a large result. */
export interface SqlChunk {
  rows: number;
  /** A value as the database's driver gives it: 64-bit integers are bigints, nulls are null. */
  value(column: number, row: number): unknown;
}

/** A column of a table that is made from memory. */
export interface NewColumn {
  name: string;
  values: Int32Array | Float32Array;
}

/** A private in-memory database for the engine's own SQL over local files. */
export interface SqlSession {
  run(sql: string): Promise<void>;
  /** All rows of a small result. */
  rows(sql: string): Promise<SqlRow[]>;
  /** Rows of a large result, a few thousand at a time. Nothing else may run in the session until the last chunk is read. */
  stream(sql: string): AsyncIterable<SqlChunk>;
  /** Make a table of columns of equal length. */
  createTable(name: string, columns: readonly NewColumn[]): Promise<void>;
}

/** SQL over Parquet and CSV files. The engine's own SQL runs in a session, a spec's SQL behind a wall. */
export interface SqlEngine {
  /** Part of the key of remembered steps, because another version may write other bytes. */
  readonly version: string;
  /**
   * Open a session, work in it, and close it.
   *
   * @param options.folder folder for temporary files; the caller deletes it
   * @param options.signal interrupts the running statement
   * @param options.limits limits of the statements. Default: the engine's memory and no limit of time
   * @throws MainspringFailure `DataTooLarge`, `SqlTimedOut`, `DataRejected` (never retried) for an error of DuckDB that the
   * same data give again and that `work` does not handle
   */
  session<T>(
    options: { folder: string; signal: AbortSignal; limits?: { memory: string; timeMs?: number } },
    work: (session: SqlSession) => Promise<T>,
  ): Promise<T>;
  /**
   * Run one SELECT of a spec and write its rows, ordered by all columns, to a Parquet file.
   *
   * @throws MainspringFailure `SqlRefused`, `SqlTimedOut` (never retried), which name the statement and the remedy
   */
  walledSelect(query: WalledQuery): Promise<void>;
}

export interface WalledQuery {
  /** Name of the statement in messages, e.g. `data.clean (sql/clean.sql)`. */
  name: string;
  sql: string;
  /** View name → local Parquet file. The statement can see nothing else. */
  inputs: Record<string, string>;
  /** Read with `getvariable('as_of')` and so on, as TIMESTAMP in UTC. Instants in RFC 3339. */
  variables: { as_of: string; window_from: string; window_to: string };
  limits: { memory: string; timeMs: number };
  /** Path of the result; the file must not exist. */
  output: string;
  /** Folder for temporary files; the caller deletes it. */
  folder: string;
  signal: AbortSignal;
}
