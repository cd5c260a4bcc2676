import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** A DuckDB of its own for one evaluation. */
export interface Database {
  /** A new connection: a stream and an appender on the same one would end the stream early, silently. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/** @param folder where it spills what does not fit into memory */
export async function openDatabase(folder: string): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '1GB',
    threads: '2',
    temp_directory: folder,
  });
  const connections: DuckDBConnection[] = [];
  return {
    connect: async () => {
      const connection = await instance.connect();
      connections.push(connection);
      return connection;
    },
    close: () => {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column name as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Rows of a small result as arrays of plain values. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.run(sql)).getRowsJS();
}
