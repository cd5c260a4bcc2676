import type { SqlSession } from '../ports/sql-engine.js';
import { type RowCheck, countOf } from './row-checks.js';
import { quoted } from './sql-text.js';
import { columnsOf, isTemporal } from './table.js';

export interface ColumnProfile {
  type: string;
  nulls: number;
  /** NaN and infinite values; always 0 for columns that cannot hold them. */
  notFinite: number;
  /** Smallest and largest value as text; null when there is none, or no order. */
  min: string | null;
  max: string | null;
}

/** What one pass over a source finds. */
export interface SourceProfile {
  rows: number;
  columns: Record<string, ColumnProfile>;
  /** Failing rows of each row check, in the order in which they were given. */
  failing: number[];
  /** Newest event time in ms; null without a time column. */
  newestMs: number | null;
}

export const isNumeric = (type: string | undefined): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type ?? '');

const isFloat = (type: string): boolean => /^(FLOAT|DOUBLE)/.test(type);
const isOrdered = (type: string): boolean =>
  isNumeric(type) || isTemporal(type) || /^(VARCHAR|BOOLEAN|TIME)/.test(type);

/** Everything that is asked about a source in one statement: figures of each column, and a count for each row check. */
export async function profile(
  session: SqlSession,
  source: string,
  checks: RowCheck[],
  time: string | undefined,
): Promise<SourceProfile> {
  const types = Object.entries(await columnsOf(session, quoted(source)));
  const aggregates = types.flatMap(([name, type], i) => {
    const column = `s.${quoted(name)}`;
    return [
      `count(*) - count(${column}) AS n${i}`,
      isFloat(type) ? `count(*) FILTER (NOT isfinite(${column})) AS f${i}` : `0 AS f${i}`,
      isOrdered(type)
        ? `min(${column})::VARCHAR AS a${i}, max(${column})::VARCHAR AS z${i}`
        : `NULL AS a${i}, NULL AS z${i}`,
    ];
  });
  const counts = checks.map((check, i) => `${countOf(check)} AS c${i}`);
  const newest =
    time !== undefined && isTemporal(Object.fromEntries(types)[time])
      ? `epoch_ms(max(s.${quoted(time)})::TIMESTAMP)`
      : 'NULL';
  const [found = {}] = await session.rows(
    `SELECT ${['count(*) AS rows', `${newest} AS newest`, ...aggregates, ...counts].join(',\n')} FROM ${quoted(source)} AS s`,
  );
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    rows: Number(found['rows']),
    columns: Object.fromEntries(
      types.map(([name, type], i) => [
        name,
        {
          type,
          nulls: Number(found[`n${i}`]),
          notFinite: Number(found[`f${i}`]),
          min: textOf(found[`a${i}`]),
          max: textOf(found[`z${i}`]),
        },
      ]),
    ),
    failing: checks.map((_, i) => Number(found[`c${i}`])),
    newestMs: found['newest'] === null ? null : Number(found['newest']),
  };
}
