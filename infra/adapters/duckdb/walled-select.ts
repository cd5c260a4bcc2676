import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { WalledQuery } from '../../../activities/ports/sql-engine.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { readSize } from '../../../contracts/primitives/size.js';
import { literal, quoted, timestamp } from '../../../contracts/sql-text.js';
import { ChildCrashed, type ChildResult, runInChild } from './run-in-child.js';
import { settingsOf } from './settings.js';
import { refusalOf } from './statement.js';

/** Memory of the child itself, and the share by which its allocator exceeds DuckDB's account. */
const OWN_BYTES = 256 * 2 ** 20;
const SLACK = 1.25;

/** Statements that set everything up, then lock the connection. After the lock a statement opens its inputs only. */
function preparation(query: WalledQuery): string[] {
  const files = [...Object.values(query.inputs), query.output].map(literal);
  return [
    "SET TimeZone = 'UTC'",
    ...Object.entries(query.variables).map(([name, at]) => `SET VARIABLE ${name} = ${timestamp(at)}`),
    `SET allowed_paths = [${files.join(', ')}]`,
    'SET enable_external_access = false',
    ...Object.entries(query.inputs).map(
      ([name, path]) => `CREATE VIEW ${quoted(name)} AS SELECT * FROM read_parquet(${literal(path)})`,
    ),
    'SET lock_configuration = true',
  ];
}

// The statement comes last in the text, so that a closing semicolon or comment does no harm.
const statementsOf = (query: WalledQuery): string[] => [
  `CREATE TEMP VIEW "walled result" AS ${query.sql}`,
  `COPY (SELECT * FROM "walled result" ORDER BY ALL) TO ${literal(query.output)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
];

const CAST =
  'Let the SQL read such a value as missing (TRY_CAST), or say what stands for one: data.sources.<name>.nulls of a CSV file.';
const cheaper = { remedy: 'Make the statement cheaper, or raise the limit.' };

/** A full disk or a missing file is the machine's fault and is retried. Every other error is the statement's. */
function explain({ name, limits }: WalledQuery, result: Exclude<ChildResult, { done: true }>): Error {
  const tooMuch = (why: string) =>
    fail(
      FailureType.SqlRefused,
      `${name} needs more memory than data.limits.memory (${limits.memory}): ${why}`,
      cheaper,
    );
  if ('over' in result)
    return result.over === 'memory'
      ? tooMuch('its process was stopped')
      : fail(
          FailureType.SqlTimedOut,
          `${name} ran longer than data.limits.time (${limits.timeMs / 1_000} s) and was stopped`,
          cheaper,
        );
  if ('alike' in result) {
    const [first, second] = result.alike;
    return fail(
      FailureType.SqlRefused,
      `${name} gives the columns "${first}" and "${second}", which differ in case only, and SQL does not tell them apart`,
      { remedy: 'Rename one of them in the SELECT.' },
    );
  }
  const text = result.error;
  if (/^IO Error/.test(text)) return new Error(text);
  if (/^Out of Memory Error/.test(text)) return tooMuch(text);
  // Lines after an empty one show the statement with what the engine wrote around it.
  const [said = ''] = text.split('\n\n');
  return fail(
    FailureType.SqlRefused,
    `${name} failed: ${said}`,
    /^Conversion Error/.test(text) ? { remedy: CAST } : {},
  );
}

/** Asks DuckDB's parser, which runs nothing of the statement. */
async function refusal(query: WalledQuery): Promise<string | undefined> {
  const instance = await DuckDBInstance.create(
    ':memory:',
    settingsOf({ threads: 1, memory: '500MB', folder: query.folder }),
  );
  const connection = await instance.connect();
  try {
    return await refusalOf(connection, query.sql, Object.keys(query.inputs));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** @see SqlEngine.walledSelect */
export async function walledSelect(threads: number, query: WalledQuery): Promise<void> {
  const { name, limits, folder, signal } = query;
  const memory = readSize(limits.memory) ?? 0;
  if (memory === 0)
    throw fail(FailureType.SqlRefused, `${name} cannot run with data.limits.memory "${limits.memory}"`, {
      remedy: 'Write a size such as 2GB.',
    });
  const refused = await refusal(query);
  if (refused) throw fail(FailureType.SqlRefused, `${name} is refused: ${refused}`);
  const work = {
    settings: settingsOf({ threads, memory: limits.memory, folder }),
    prepare: preparation(query),
    select: query.sql,
    statements: statementsOf(query),
    timeMs: limits.timeMs,
    rssBytes: memory * SLACK + OWN_BYTES,
  };
  const attempt = () => runInChild(work, signal);
  try {
    const result = await attempt().catch((error: unknown) => {
      // Once may be chance.
      if (error instanceof ChildCrashed) return rm(query.output, { force: true }).then(attempt);
      throw error;
    });
    if (!('done' in result)) throw explain(query, result);
  } catch (error) {
    await rm(query.output, { force: true });
    signal.throwIfAborted();
    if (error instanceof ChildCrashed)
      throw fail(FailureType.SqlRefused, `${name} crashed DuckDB twice: ${error.message}`, {
        remedy: 'Write the statement in another way: leave out parts until it runs.',
      });
    throw error;
  }
}
