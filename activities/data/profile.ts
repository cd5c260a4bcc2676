import { literal, quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { countOf, groupsOf, isCountedInPass, valuesOf, valuesWithin } from './count-failing.js';
import type { RowCheck } from './row-checks.js';
import { isFloat, isOrdered, isTemporal } from '../../contracts/sql-types.js';
import { columnsOf } from './table.js';

export interface ColumnProfile {
  type: string;
  nulls: number;
  /** Number of NaN and infinite values; 0 for columns that cannot hold them. */
  notFinite: number;
  /** Smallest value as text; null if there is none or the type has no order. */
  min: string | null;
  max: string | null;
}

/** Result of one pass over a source. */
export interface SourceProfile {
  rows: number;
  columns: Record<string, ColumnProfile>;
  /** Number of failing rows for each row check, by its id. */
  failing: Record<string, number>;
  /** Newest event time in ms; null without a time column. */
  newestMs: number | null;
}

/**
 * SQL of the value half way between the smallest and the largest value of a column; undefined for types without a
 * middle.
 */
async function middleOf(
  session: SqlSession,
  source: string,
  [name, type]: [string, string] = ['', ''],
): Promise<string | undefined> {
  const column = quoted(name);
  const half = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER)$/.test(type)
    ? `(min(${column})::HUGEINT + max(${column})) // 2`
    : type === 'TIMESTAMP'
      ? `make_timestamp((epoch_us(min(${column})) + epoch_us(max(${column}))) // 2)`
      : undefined;
  if (half === undefined) return undefined;
  const [found] = await session.rows(`SELECT (${half})::VARCHAR AS middle FROM ${quoted(source)}`);
  const middle = found?.['middle'];
  return typeof middle === 'string' ? `${literal(middle)}::${type}` : undefined;
}

/**
 * Computes all figures of a source in one statement: statistics of each column, and the failing rows of each row
 * check.
 *
 * @param ordered true if the rows are sorted by all columns, in their order
 */
export async function profile(
  session: SqlSession,
  { source, time, ordered }: { source: string; time: string | undefined; ordered: boolean },
  checks: RowCheck[],
): Promise<SourceProfile> {
  const types = Object.entries(await columnsOf(session, quoted(source)));
  const order = ordered ? types.map(([name]) => name) : [];
  const middle = ordered ? await middleOf(session, source, types[0]) : undefined;
  // Each dependency is grouped once, although several checks and the middle value may need the groups.
  const groups = checks.flatMap(({ id, counting }, i) =>
    counting.by === 'dependency'
      ? [{ id, dependency: counting.dependency, as: quoted(`groups of ${i}`) }]
      : [],
  );
  const byValue = checks.filter(({ counting }) => counting.by === 'value');
  const grouped = new Map(
    [...new Set(byValue.map(({ columns }) => columns[0] ?? ''))].map((name, i) => [
      name,
      quoted(`values of ${i}`),
    ]),
  );
  // In a statement of their own these come from the statistics of the Parquet file, without reading its rows.
  const figures = ['count(*) AS rows'];
  const pass: string[] = [];
  // These get a statement of their own: beside aggregates DuckDB would run a scalar subquery once for each row.
  const scalars: string[] = [];
  types.forEach(([name, type], i) => {
    const column = `s.${quoted(name)}`;
    const values = grouped.get(name);
    figures.push(`count(*) - count(${column}) AS n${i}`);
    if (isFloat(type)) pass.push(`count(*) FILTER (NOT isfinite(${column})) AS f${i}`);
    if (!isOrdered(type)) return;
    for (const [as, extreme] of [
      [`a${i}`, `min(${column})::VARCHAR`],
      [`z${i}`, `max(${column})::VARCHAR`],
    ])
      if (values === undefined) figures.push(`${extreme} AS ${as}`);
      else scalars.push(`(SELECT ${extreme} FROM ${values} AS s) AS ${as}`);
  });
  checks.forEach((check, i) => {
    const count = countOf(check, {
      order,
      middle,
      values: grouped.get(check.columns[0] ?? ''),
      groups: groups.find(({ id }) => id === check.id)?.as,
    });
    (isCountedInPass(check) ? pass : scalars).push(`${count} AS c${i}`);
  });
  if (time !== undefined && isTemporal(Object.fromEntries(types)[time]))
    figures.push(`epoch_ms(max(s.${quoted(time)})::TIMESTAMP) AS newest`);
  const ctes = [
    ...groups.map(({ dependency, as }) => `${as} AS MATERIALIZED (${groupsOf(source, dependency)})`),
    ...[...grouped].map(([name, as]) => {
      const within = groups.find(({ dependency }) => dependency.columns.includes(name))?.as;
      const values = within === undefined ? valuesOf(source, name) : valuesWithin(within, name);
      return `${as} AS MATERIALIZED (${values})`;
    }),
  ];
  const from = [figures, pass]
    .filter((columns) => columns.length > 0)
    .map((columns) => `(SELECT ${columns.join(', ')} FROM ${quoted(source)} AS s)`);
  const [found = {}] = await session.rows(
    `${ctes.length === 0 ? '' : `WITH ${ctes.join(', ')} `}SELECT ${['*', ...scalars].join(', ')} FROM ${from.join(', ')}`,
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
          notFinite: Number(found[`f${i}`] ?? 0),
          min: textOf(found[`a${i}`]),
          max: textOf(found[`z${i}`]),
        },
      ]),
    ),
    failing: Object.fromEntries(checks.map(({ id }, i) => [id, Number(found[`c${i}`])])),
    newestMs: typeof found['newest'] === 'number' ? found['newest'] : null,
  };
}
