import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  FLOAT,
  INTEGER,
  version,
} from '@duckdb/node-api';
import type {
  NewColumn,
  SqlChunk,
  SqlEngine,
  SqlRow,
  SqlSession,
} from '../../../activities/ports/sql-engine.js';
import { finalFault } from './final-fault.js';
import { interruptible } from './interruptible.js';
import { settingsOf } from './settings.js';
import { quoted } from '../../../contracts/sql-text.js';
import { walledSelect } from './walled-select.js';

const plain = (row: Record<string, unknown>): SqlRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, typeof value === 'bigint' ? Number(value) : value]),
  );

/** DuckDB's vector size: the rows of one chunk. */
const CHUNK_ROWS = 2_048;

async function createTable(
  connection: DuckDBConnection,
  name: string,
  columns: readonly NewColumn[],
): Promise<void> {
  const typed = columns.map(({ name: column, values }) => ({
    column,
    values,
    type: values instanceof Int32Array ? INTEGER : FLOAT,
  }));
  const declared = typed.map(({ column, type }) => `${quoted(column)} ${type.toString()}`);
  await connection.run(`create table ${quoted(name)} (${declared.join(', ')})`);
  const appender = await connection.createAppender(name);
  const rows = typed[0]?.values.length ?? 0;
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const end = Math.min(start + CHUNK_ROWS, rows);
    const chunk = DuckDBDataChunk.create(
      typed.map(({ type }) => type),
      end - start,
    );
    chunk.setColumns(typed.map(({ values }) => Array.from(values.subarray(start, end))));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function* stream(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal,
): AsyncGenerator<SqlChunk> {
  const result = await interruptible(connection, { signal }, () => connection.stream(sql));
  for (;;) {
    const chunk = await interruptible(connection, { signal }, () => result.fetchChunk());
    if (!chunk || chunk.rowCount === 0) return;
    const vectors = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column));
    yield { rows: chunk.rowCount, value: (column, row) => vectors[column]?.getItem(row) };
  }
}

interface Bounds {
  signal: AbortSignal;
  /** Longest time of a statement. Default: no limit. */
  timeMs?: number;
}

const sessionOn = (connection: DuckDBConnection, bounds: Bounds): SqlSession => ({
  run: async (sql) => {
    await interruptible(connection, bounds, () => connection.run(sql));
  },
  rows: async (sql) => {
    const result = await interruptible(connection, bounds, () => connection.run(sql));
    return (await result.getRowObjectsJS()).map(plain);
  },
  stream: (sql) => stream(connection, sql, bounds.signal),
  createTable: (name, columns) => createTable(connection, name, columns),
});

/**
 * DuckDB in this process. Threads and memory are limits of one session or statement: a worker that runs several
 * activities at once needs their sum.
 *
 * @param options.memory limit of the engine's own sessions, e.g. `2GB`; a walled statement has its own limit
 */
export function openSqlEngine({
  threads = 2,
  memory = '2GB',
}: { threads?: number; memory?: string } = {}): SqlEngine {
  return {
    version: `duckdb ${version()}`,
    session: async ({ folder, signal, limits = { memory } }, work) => {
      try {
        const settings = settingsOf({ threads, memory: limits.memory, folder });
        const instance = await DuckDBInstance.create(':memory:', settings);
        const connection = await instance.connect();
        try {
          await connection.run("SET TimeZone = 'UTC'");
          return await work(sessionOn(connection, { ...limits, signal }));
        } finally {
          connection.closeSync();
          instance.closeSync();
        }
      } catch (error) {
        throw finalFault(error, limits);
      }
    },
    walledSelect: (query) => walledSelect(threads, query),
  };
}
