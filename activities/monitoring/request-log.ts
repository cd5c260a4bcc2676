import type { TimeRange } from '../../contracts/artifacts.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import { asFloat32 } from '../drift/float32.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type SegmentFile, readLines } from './logged-lines.js';

/** Rows that are read at once: the labels of a block are looked up in one query. */
const BLOCK_ROWS = 10_240;
/** Values without a place in the reference that are named; further ones are only counted. */
const NAMED_VALUES = 20;

/** Name of a feature's column among the requests. The prefix keeps features apart from columns of the log. */
export const featureColumn = (name: string): string => `feature_${name}`;

/** Distribution of the rows of a text or boolean column over the values that the reference knows. */
export interface ValueCounts {
  /** Rows per known value, in the order that was asked for. */
  known: number[];
  missing: number;
  /** Rows of all values that the reference does not list. */
  unlisted: number;
  /** The most frequent of them, most frequent first. */
  unlistedValues: { value: string; rows: number }[];
}

/** One block of requests: their ids, and their predictions row by row, `width` numbers each. */
export interface PredictionBlock {
  ids: string[];
  predictions: Float32Array;
}

export interface LoggedRequests {
  rows: number;
  /** Rows per bin of a `binSql` over a `featureColumn` or `score`. */
  histogram(binSql: string, bins: number): Promise<Float64Array>;
  /** Rows per value of a SQL expression that gives text. */
  values(expression: string, known: readonly string[]): Promise<ValueCounts>;
  /** All requests, each once, in blocks. */
  predictions(): AsyncGenerator<PredictionBlock>;
}

export interface RequestsWanted {
  version: number;
  window: TimeRange;
  /** Features in the order of the log. */
  features: readonly string[];
  /** Columns that hold texts or booleans; all others are numbers. */
  categorical: ReadonlySet<string>;
  /** Numbers of one prediction: above 1 they are read from `outputs`, else from `score`. */
  width: number;
}

/**
 * Load the requests of one version in one window, without duplicates: the gateway may have written a line twice, and a
 * client that repeats a request repeats its id.
 *
 * Numbers are cut to 32-bit floats, because the model saw floats and the reference's bins were made of floats. A value that
 * is no number where one is expected counts as missing. A bad line is set aside: one line must not keep a window from being
 * closed.
 *
 * @throws Failure `WindowUnreadable`
 */
export async function loadRequests(
  session: SqlSession,
  segments: readonly SegmentFile[],
  wanted: RequestsWanted,
): Promise<LoggedRequests> {
  const { version, window, features, categorical, width } = wanted;
  await readLines(session, segments, { version, window, features: features.length, width });
  const columns = features.map((name, i) => {
    const text = `features[${i + 1}]`;
    const value = categorical.has(name) ? text : asFloat32(`try_cast(${text} as double)`);
    return `${value} as ${quoted(featureColumn(name))}`;
  });
  await session.run(
    `create temp table cast_lines as
     select inference_id, moment, score::float as score, outputs::float[] as outputs, ${columns.join(', ')} from lines`,
  );
  await session.run(
    `create table requests as
     select * exclude (moment) from cast_lines
     qualify row_number() over (partition by inference_id order by moment) = 1`,
  );
  for (const table of ['cast_lines', 'lines']) await session.run(`drop table ${table}`);
  const [counted] = await session.rows('select count(*)::integer as rows from requests');
  return reader(session, Number(counted?.['rows']), width);
}

function reader(session: SqlSession, rows: number, width: number): LoggedRequests {
  return {
    rows,
    histogram: async (binSql, bins) => {
      const counts = new Float64Array(bins);
      const found = await session.rows(
        `select ${binSql} as bin, count(*)::integer as rows from requests group by bin`,
      );
      for (const row of found) counts[Number(row['bin'])] = Number(row['rows']);
      return counts;
    },
    values: async (expression, known) => {
      const listed = `list_contains([${known.map(literal).join(', ')}]::varchar[], value)`;
      const grouped = `(select ${expression} as value, count(*)::integer as rows from requests group by value)`;
      const found = await session.rows(`select value, rows from ${grouped} where value is null or ${listed}`);
      const unlisted = await session.rows(
        `select value, rows, (sum(rows) over ())::integer as total from ${grouped}
         where value is not null and not ${listed} order by rows desc, value limit ${NAMED_VALUES}`,
      );
      const rowsOf = new Map(found.map((row) => [row['value'] as string | null, Number(row['rows'])]));
      return {
        known: known.map((value) => rowsOf.get(value) ?? 0),
        missing: rowsOf.get(null) ?? 0,
        unlisted: Number(unlisted[0]?.['total'] ?? 0),
        unlistedValues: unlisted.map((row) => ({ value: row['value'] as string, rows: Number(row['rows']) })),
      };
    },
    predictions: async function* () {
      for (let first = 0; first < rows; first += BLOCK_ROWS) {
        const block = await session.rows(
          `select inference_id as id, ${width > 1 ? 'outputs' : 'score'} as prediction from requests
           where rowid >= ${first} and rowid < ${first + BLOCK_ROWS} order by rowid`,
        );
        yield {
          ids: block.map((row) => row['id'] as string),
          predictions: Float32Array.from(block.flatMap((row) => row['prediction'] as number | number[])),
        };
      }
    },
  };
}
