import { rm } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { WalledQuery } from '../../../activities/ports/sql-engine.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { TimeLimitExceeded, interruptible } from './interruptible.js';
import { literal, quoted } from './quoting.js';
import { refusalOf } from './statement.js';

const timestamp = (instant: string): string =>
  `TIMESTAMP ${literal(instant.replace('T', ' ').replace('Z', ''))}`;

/** Everything is set before the lock; after it the statement can change nothing and open nothing but its inputs. */
async function build(connection: DuckDBConnection, query: WalledQuery): Promise<void> {
  const files = [...Object.values(query.inputs), query.output].map(literal);
  const steps = [
    "SET TimeZone = 'UTC'",
    ...Object.entries(query.variables).map(([name, at]) => `SET VARIABLE ${name} = ${timestamp(at)}`),
    `SET allowed_paths = [${files.join(', ')}]`,
    'SET enable_external_access = false',
    ...Object.entries(query.inputs).map(
      ([name, path]) => `CREATE VIEW ${quoted(name)} AS SELECT * FROM read_parquet(${literal(path)})`,
    ),
    'SET lock_configuration = true',
  ];
  for (const step of steps) await connection.run(step);
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A full disk or a lost file is the machine's fault and retried; all else is the statement's. */
function explain(query: WalledQuery, error: unknown): unknown {
  const { name, limits } = query;
  if (error instanceof TimeLimitExceeded)
    return fail(
      FailureType.SqlTimedOut,
      `${name} ran longer than data.limits.time (${limits.timeMs / 1_000} s) and was stopped: make the statement cheaper, or raise the limit`,
    );
  const text = message(error);
  if (/^IO Error/.test(text)) return error;
  if (/^Out of Memory Error/.test(text))
    return fail(
      FailureType.SqlRefused,
      `${name} needs more memory than data.limits.memory (${limits.memory}): make the statement cheaper, or raise the limit. ${text}`,
    );
  return fail(FailureType.SqlRefused, `${name} failed: ${text}`);
}

/** @see SqlEngine.walledSelect */
export async function walledSelect(threads: number, query: WalledQuery): Promise<void> {
  const { name, limits, folder, signal } = query;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: limits.memory,
    temp_directory: folder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  }).catch((error: unknown) => {
    throw fail(
      FailureType.SqlRefused,
      `${name} cannot run with data.limits.memory "${limits.memory}": write a size such as 2GB. ${message(error)}`,
    );
  });
  const connection = await instance.connect();
  try {
    const refusal = await refusalOf(connection, query.sql, Object.keys(query.inputs));
    if (refusal) throw fail(FailureType.SqlRefused, `${name} is refused: ${refusal}`);
    await build(connection, query);
    await interruptible(connection, { timeMs: limits.timeMs, signal }, async () => {
      // At the end of a statement, so that neither its closing semicolon nor a comment matters.
      await connection.run(`CREATE TEMP VIEW "walled result" AS ${query.sql}`);
      await connection.run(
        `COPY (SELECT * FROM "walled result" ORDER BY ALL) TO ${literal(query.output)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
      );
    }).catch(async (error: unknown) => {
      await rm(query.output, { force: true });
      signal.throwIfAborted();
      throw explain(query, error);
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
