import type { SqlSession } from '../ports/sql-engine.js';
import {
  type Determines,
  type RowCheck,
  countOf,
  groupsOf,
  isCountedInPass,
  valuesOf,
  valuesWithin,
} from './row-checks.js';
import { literal, quoted } from './sql-text.js';
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

/** Half way between the smallest and the largest value of a column, in SQL; undefined where that means nothing. */
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
 * Everything that is asked about a source in one statement: figures of each column, and a count for each row check.
 *
 * @param ordered the rows are sorted by all columns, in their order
 */
export async function profile(
  session: SqlSession,
  { source, time, ordered }: { source: string; time: string | undefined; ordered: boolean },
  checks: RowCheck[],
): Promise<SourceProfile> {
  const types = Object.entries(await columnsOf(session, quoted(source)));
  const order = ordered ? types.map(([name]) => name) : [];
  const middle = ordered ? await middleOf(session, source, types[0]) : undefined;
  // Grouped once, also when several checks and the smallest and largest value ask for it.
  const groups = new Map<Determines, string>(
    checks.flatMap(({ determines }, i) => (determines ? [[determines, quoted(`groups of ${i}`)]] : [])),
  );
  const grouped = new Map(
    [...new Set(checks.filter(({ byValue }) => byValue).map(({ columns }) => columns[0] ?? ''))].map(
      (name, i) => [name, quoted(`values of ${i}`)],
    ),
  );
  // Alone in their statement these come from the statistics of the file, without a look at its rows.
  const figures = ['count(*) AS rows'];
  const pass: string[] = [];
  // A scalar statement beside aggregates would be planned below them, once for each row.
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
      groups: check.determines ? groups.get(check.determines) : undefined,
    });
    (isCountedInPass(check) ? pass : scalars).push(`${count} AS c${i}`);
  });
  if (time !== undefined && isTemporal(Object.fromEntries(types)[time]))
    figures.push(`epoch_ms(max(s.${quoted(time)})::TIMESTAMP) AS newest`);
  const ctes = [
    ...[...groups].map(([determines, as]) => `${as} AS MATERIALIZED (${groupsOf(source, determines)})`),
    ...[...grouped].map(([name, as]) => {
      const [, within] = [...groups].find(([{ columns }]) => columns.includes(name)) ?? [];
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
    failing: checks.map((_, i) => Number(found[`c${i}`])),
    newestMs: typeof found['newest'] === 'number' ? found['newest'] : null,
  };
}
