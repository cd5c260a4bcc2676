import type { Dependency } from '../../contracts/checks/row-rule.js';
import { isKnown } from '../../contracts/checks/determines.js';
import { column } from '../../contracts/checks/sql.js';
import { quoted } from '../../contracts/sql-text.js';
import type { RowCheck } from './row-checks.js';

/** Known properties of a source that make counting cheaper. */
export interface Shortcuts {
  /** Columns by which the rows of the source are sorted. Default: the order is unknown. */
  order?: string[];
  /** SQL of a value of the leading column that has about as many rows below as above. */
  middle?: string | undefined;
  /** FROM clause with the rows of `valuesOf` for the column of the check. */
  values?: string | undefined;
  /** FROM clause with the rows of `groupsOf` for the dependency of the check. */
  groups?: string | undefined;
}

/**
 * True if the failing rows are counted in the single pass over all rows. Otherwise a separate statement counts them.
 */
export const isCountedInPass = ({ counting }: RowCheck): boolean => counting.by === 'condition';

/**
 * SQL that counts the failing rows: an aggregate over the source as `s` if `isCountedInPass`, otherwise a scalar.
 * Repeated keys are found by comparing neighbouring rows if the rows are sorted by the key. Otherwise hashes are
 * sorted, which takes two thirds of the time of count(DISTINCT).
 */
export function countOf({ source, columns, counting }: RowCheck, known: Shortcuts = {}): string {
  switch (counting.by) {
    case 'condition':
      return `count(*) FILTER (${counting.fails})`;
    case 'statistics':
      return `(SELECT count(*) FROM ${quoted(source)} AS s WHERE ${counting.fails})`;
    case 'value': {
      const values = known.values ?? `(${valuesOf(source, columns[0] ?? '')})`;
      return `(SELECT coalesce(sum(${ROWS}) FILTER (${counting.fails}), 0) FROM ${values} AS s)`;
    }
    case 'key': {
      const order = known.order ?? [];
      return keepsTogether(order, counting.key)
        ? repeatsInOrder(source, counting.key, order[0] ?? '', known.middle)
        : repeats(source, counting.key);
    }
    case 'dependency': {
      const { dependency } = counting;
      const complete = dependency.columns.map((name) => isKnown(name, dependency)).join(' AND ');
      const groups = known.groups ?? `(${groupsOf(source, dependency)})`;
      return `(SELECT coalesce(sum(${ROWS}), 0) FROM ${groups} AS s WHERE ${complete} AND ${LOW} <> ${HIGH})`;
    }
  }
}

/**
 * A 32-bit hash of a key. It only finds candidates for repeated keys, because different keys may have equal hashes:
 * keys such as `20010131T1600-OAK-LAS-1` collide even with all 64 bits. 32 bits sort in three quarters of the time of
 * 64 bits, and give about a thousand collisions in three million rows.
 */
const keyHash = (key: string[]): string => `(hash(${key.map(column).join(', ')}) >> 32)::UINTEGER`;

/** The columns of a key as one text; two texts are equal exactly when the keys are, nulls included. */
export const keyText = (key: string[]): string =>
  `to_json({${key.map((name) => `${quoted(name)}: ${column(name)}`).join(', ')}})::VARCHAR`;

/**
 * Number of rows that repeat the key of another row. Rows with equal hashes are candidates; their keys are then
 * compared.
 */
function repeats(source: string, key: string[]): string {
  const hashes = `SELECT ${keyHash(key)} AS h FROM ${quoted(source)} AS s ORDER BY h`;
  const candidates = `SELECT h FROM (SELECT h, lead(h) OVER () AS next FROM (${hashes})) WHERE h = next`;
  return `(SELECT coalesce(sum(n - 1), 0) FROM (
      SELECT count(*) AS n FROM ${quoted(source)} AS s
      WHERE ${keyHash(key)} IN (${candidates})
      GROUP BY ${key.map(column).join(', ')}
    ))`;
}

/**
 * Number of rows that repeat the key of the row before them. If `middle` is known, the rows are compared in two
 * halves, cut at this value of the leading column. That takes half the time on two threads.
 */
function repeatsInOrder(source: string, key: string[], lead: string, middle: string | undefined): string {
  const same = key.map((name) => `${column(name)} IS NOT DISTINCT FROM lag(${column(name)}) OVER ()`);
  const part = (where: string): string =>
    `SELECT count(*) AS n FROM (SELECT lag(true) OVER () AND ${same.join(' AND ')} AS again FROM ${quoted(source)} AS s WHERE ${where}) WHERE again`;
  if (middle === undefined) return `(${part('true')})`;
  const high = `${column(lead)} >= ${middle} OR ${column(lead)} IS NULL`;
  return `(SELECT sum(n) FROM (${part(`${column(lead)} < ${middle}`)} UNION ALL ${part(high)}))`;
}

/** True if the order begins with the columns of the key, so that rows with equal keys are neighbours. */
const keepsTogether = (order: string[], key: string[]): boolean =>
  key.length > 0 &&
  order.length >= key.length &&
  order.slice(0, key.length).every((name) => key.includes(name));

/** Name of the count beside a grouped column. It contains spaces, so no column of a spec can have the same name. */
const ROWS = quoted('rows of value');

/** The distinct values of a column, each with the number of its rows. */
export const valuesOf = (source: string, name: string): string =>
  `SELECT ${column(name)}, count(*) AS ${ROWS} FROM ${quoted(source)} AS s GROUP BY 1`;

const LOW = quoted('smallest of group');
const HIGH = quoted('largest of group');

/** The combinations of the deciding columns, each with the range of the decided column and the number of its rows. */
export function groupsOf(source: string, dependency: Dependency): string {
  const { columns, column: name, floats } = dependency;
  const known = floats.includes(name) ? ` FILTER (${isKnown(name, dependency)})` : '';
  return `SELECT ${columns.map(column).join(', ')}, min(${column(name)})${known} AS ${LOW}, max(${column(name)})${known} AS ${HIGH}, count(*) AS ${ROWS}
    FROM ${quoted(source)} AS s GROUP BY ALL`;
}

/** The rows of `valuesOf`, computed from the groups of `groupsOf`. */
export const valuesWithin = (groups: string, name: string): string =>
  `SELECT ${column(name)}, sum(${ROWS})::BIGINT AS ${ROWS} FROM ${groups} AS s GROUP BY 1`;
