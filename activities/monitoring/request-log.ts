import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { TimeRange } from '../../contracts/artifacts.js';
import { FailureType, fail } from '../../contracts/failures.js';

/** Rows that come from DuckDB at once: the ids of a block are looked up in one query. */
const BLOCK_ROWS = 10_240;

/**
 * What is read of a `RequestLogRow`. Further keys of a line are ignored, so that the gateway may log more.
 */
const COLUMNS = `{inference_id: 'VARCHAR', event_time: 'VARCHAR', version: 'INTEGER', features: 'DOUBLE[]', score: 'DOUBLE'}`;

/** Column of a feature among the requests: no feature's name can hide a column of the log. */
export const featureColumn = (name: string): string => `feature_${name}`;

export interface LoggedRequests {
  rows: number;
  /** Rows per bin of a `binSql` over a `featureColumn` or `score`. */
  histogram(binSql: string, bins: number): Promise<Float64Array>;
  /** Blocks of ids and scores, each row once. */
  scores(): AsyncGenerator<{ ids: string[]; scores: number[] }>;
}

/**
 * The requests of one version in one window, deduplicated: the gateway may have written a line twice, and a client that
 * repeats a request repeats its id.
 *
 * Features and scores are cut to 32-bit floats, which is what the model saw and what the reference's bins were made of.
 *
 * @param files local paths of gzipped NDJSON
 * @throws ApplicationFailure `WindowUnreadable` when a file is no such log
 */
export async function withRequests<T>(
  files: readonly string[],
  { version, window, features }: { version: number; window: TimeRange; features: readonly string[] },
  work: (requests: LoggedRequests) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  try {
    await connection.run(`set TimeZone = 'UTC'`);
    await load(connection, files, { version, window, features });
    return await work(reader(connection, await count(connection)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function load(
  connection: DuckDBConnection,
  files: readonly string[],
  { version, window, features }: { version: number; window: TimeRange; features: readonly string[] },
): Promise<void> {
  const columns = features.map((name, i) => `features[${i + 1}]::float as "${featureColumn(name)}"`);
  const paths = files.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
  const source =
    files.length === 0
      ? `(select null::varchar as inference_id, null::varchar as event_time, null::integer as version, null::double[] as features, null::double as score where false)`
      : `read_json([${paths}], format = 'newline_delimited', compression = 'gzip', columns = ${COLUMNS})`;
  try {
    // Two steps: in one, DuckDB 1.5 fails with an internal error on a cast in both the filter and the window.
    await connection.run(
      `create temp table lines as
       select inference_id, event_time::timestamp as event_time, score::float as score, ${columns.join(', ')}
       from ${source}
       where version = $version and inference_id is not null and score is not null
         and event_time::timestamp >= $from::timestamp and event_time::timestamp < $to::timestamp`,
      { version, from: window.from, to: window.to },
    );
    await connection.run(
      `create table requests as
       select * exclude (event_time) from lines
       qualify row_number() over (partition by inference_id order by event_time) = 1`,
    );
    await connection.run('drop table lines');
  } catch (error) {
    throw fail(
      FailureType.WindowUnreadable,
      `the request log of ${window.from} to ${window.to} cannot be read: ${error instanceof Error ? error.message : String(error)}. ` +
        `Look at the ${files.length} objects that table request_segments names for this span`,
    );
  }
}

async function count(connection: DuckDBConnection): Promise<number> {
  const [row] = (await connection.runAndReadAll('select count(*)::integer from requests')).getRowsJS();
  return Number(row?.[0]);
}

function reader(connection: DuckDBConnection, rows: number): LoggedRequests {
  return {
    rows,
    histogram: async (binSql, bins) => {
      const counted = await connection.runAndReadAll(
        `select ${binSql} as bin, count(*)::integer from requests group by bin`,
      );
      const counts = new Float64Array(bins);
      for (const [bin, n] of counted.getRowsJS()) counts[Number(bin)] = Number(n);
      return counts;
    },
    scores: async function* () {
      const result = await connection.stream('select inference_id, score from requests');
      let block: { ids: string[]; scores: number[] } = { ids: [], scores: [] };
      for await (const rowsRead of result.yieldRowsJs()) {
        for (const [id, score] of rowsRead) {
          block.ids.push(id as string);
          block.scores.push(Number(score));
        }
        if (block.ids.length < BLOCK_ROWS) continue;
        yield block;
        block = { ids: [], scores: [] };
      }
      if (block.ids.length > 0) yield block;
    },
  };
}
