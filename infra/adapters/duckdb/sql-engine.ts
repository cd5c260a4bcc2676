import { type DuckDBConnection, DuckDBInstance, version } from '@duckdb/node-api';
import type { SqlEngine, SqlRow, SqlSession } from '../../../activities/ports/sql-engine.js';
import { interruptible } from './interruptible.js';
import { walledSelect } from './walled-select.js';

const plain = (row: Record<string, unknown>): SqlRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, typeof value === 'bigint' ? Number(value) : value]),
  );

const sessionOn = (connection: DuckDBConnection, signal: AbortSignal): SqlSession => ({
  run: async (sql) => {
    await interruptible(connection, { signal }, () => connection.run(sql));
  },
  rows: async (sql) => {
    const result = await interruptible(connection, { signal }, () => connection.run(sql));
    return (await result.getRowObjectsJS()).map(plain);
  },
});

/**
 * DuckDB in this process. Threads and memory belong to one session or statement: a worker that runs several activities
 * at once needs their sum.
 *
 * @param options.memory of the engine's own sessions, e.g. `2GB`; a walled statement has its own limit
 */
export function openSqlEngine({
  threads = 2,
  memory = '2GB',
}: { threads?: number; memory?: string } = {}): SqlEngine {
  return {
    version: `duckdb ${version()}`,
    session: async ({ folder, signal }, work) => {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: String(threads),
        memory_limit: memory,
        temp_directory: folder,
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      });
      const connection = await instance.connect();
      try {
        await connection.run("SET TimeZone = 'UTC'");
        return await work(sessionOn(connection, signal));
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    },
    walledSelect: (query) => walledSelect(threads, query),
  };
}
