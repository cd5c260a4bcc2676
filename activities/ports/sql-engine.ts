/** A result row: numbers (64-bit integers included: counts here stay below 2^53), strings, booleans, dates and nulls. */
export type SqlRow = Record<string, unknown>;

/** A private in-memory database for the engine's own SQL over local files. */
export interface SqlSession {
  run(sql: string): Promise<void>;
  /** All rows of a small result. */
  rows(sql: string): Promise<SqlRow[]>;
}

/** SQL over Parquet and CSV files: the engine's own in a session, that of a spec behind a wall. */
export interface SqlEngine {
  /** Part of the key of remembered steps: another version may write other bytes. */
  readonly version: string;
  /**
   * Open a session, work in it, close it.
   *
   * @param options.folder where it spills what does not fit into memory; the caller deletes it
   * @param options.signal interrupts the running statement
   */
  session<T>(
    options: { folder: string; signal: AbortSignal },
    work: (session: SqlSession) => Promise<T>,
  ): Promise<T>;
  /**
   * Run one SELECT of a spec and write its rows, ordered by all columns, to a Parquet file.
   *
   * @throws ApplicationFailure `SqlRefused`, `SqlTimedOut` (never retried), which name the statement and the remedy
   */
  walledSelect(query: WalledQuery): Promise<void>;
}

export interface WalledQuery {
  /** How messages call the statement, e.g. `data.clean (sql/clean.sql)`. */
  name: string;
  sql: string;
  /** View name → local Parquet file: all that the statement can see. */
  inputs: Record<string, string>;
  /** Read by `getvariable('as_of')` and so on, as TIMESTAMP in UTC. Instants in RFC 3339. */
  variables: { as_of: string; window_from: string; window_to: string };
  limits: { memory: string; timeMs: number };
  /** Where the result goes; must not exist. */
  output: string;
  /** Where it spills what does not fit into memory; the caller deletes it. */
  folder: string;
  signal: AbortSignal;
}
