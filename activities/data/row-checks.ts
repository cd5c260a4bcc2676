import type { Data, DataCheck } from '../../contracts/spec/data.js';
import { fractionOf } from '../../contracts/spec/units.js';
import { defaultSource, sourceOf } from './default-source.js';
import { literal, quoted } from './sql-text.js';

export type OnFail = DataCheck['onFail'];

export interface Determines {
  columns: string[];
  column: string;
}

/** A check of single rows: how SQL finds the rows that fail, and what people read. */
export interface RowCheck {
  /** e.g. `notNull(delay)`. */
  check: string;
  source: string;
  columns: string[];
  onFail: OnFail;
  /** Share of rows that may fail, 0–1. */
  allowed: number;
  /** What a failing row does, after "3 of 100 rows". */
  fault: string;
  /** Condition that a failing row meets; null for keys, whose rows fail together. */
  fails: string | null;
  /** Columns of which each combination may occur once. */
  key: string[] | null;
  /** The column whose values must occur in a column of another source. */
  reference: { source: string; column: string } | null;
  /** The condition looks at the value of one column only: it may be asked once for each distinct value. */
  byValue: boolean;
  /** The condition is about nulls, smallest and largest: a file's own statistics rule most of its parts out. */
  byStatistics: boolean;
  /** Columns whose values together decide the one of another column. */
  determines: Determines | null;
  /** An expression that DuckDB has to understand. */
  regex: string | null;
  /** Types must be numbers for the condition to make sense. */
  numeric: boolean;
}

/** What most checks are not about. */
export const PLAIN = {
  key: null,
  reference: null,
  byValue: false,
  byStatistics: false,
  determines: null,
  regex: null,
  numeric: false,
};

const column = (name: string): string => `s.${quoted(name)}`;
/** Sources may store the same code as different types. */
const text = (expression: string): string => `${expression}::VARCHAR`;
const known = (source: string, name: string): string =>
  `SELECT ${text(quoted(name))} FROM ${quoted(source)} WHERE ${quoted(name)} IS NOT NULL`;

/** Rows that share the key of another row but not its value. Nulls decide nothing, and none is decided. */
const undecided = (source: string, { columns, column: name }: Determines): string => {
  const key = columns.map(column).join(', ');
  const complete = columns.map((each) => `${column(each)} IS NOT NULL`).join(' AND ');
  return `FROM ${quoted(source)} AS s WHERE ${complete} GROUP BY ${key} HAVING min(${column(name)}) <> max(${column(name)})`;
};

/** Condition of a value that is on no list: numbers by value, however they are stored, all else as text. */
function unlisted(name: string, values: (string | number | boolean)[]): string {
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = values.filter((value) => typeof value !== 'number').map((value) => literal(String(value)));
  const number = `TRY_CAST(${text(column(name))} AS DOUBLE)`;
  return [
    `${column(name)} IS NOT NULL`,
    ...(texts.length === 0 ? [] : [`${text(column(name))} NOT IN (${texts.join(', ')})`]),
    ...(numbers.length === 0 ? [] : [`coalesce(${number} NOT IN (${numbers.join(', ')}), true)`]),
  ].join(' AND ');
}

/** The checks of the spec that look at single rows, one a column. */
export function rowChecks({ checks, sources }: Pick<Data, 'checks' | 'sources'>): RowCheck[] {
  const base = { ...PLAIN, fails: null };
  return checks.flatMap((check): RowCheck[] => {
    const { onFail } = check;
    const source = 'source' in check ? sourceOf(check, sources) : defaultSource(sources);
    if ('notNull' in check)
      return check.notNull.map((name) => ({
        ...base,
        check: `notNull(${name})`,
        source,
        columns: [name],
        onFail,
        allowed: fractionOf(check.allow),
        fault: `have no ${name}`,
        fails: `${column(name)} IS NULL`,
        byStatistics: true,
      }));
    if ('range' in check) {
      const { column: name, min, max } = check.range;
      const outside = [
        ...(min === undefined ? [] : [`${column(name)} < ${min}`]),
        ...(max === undefined ? [] : [`${column(name)} > ${max}`]),
      ];
      return [
        {
          ...base,
          check: `range(${name})`,
          source,
          columns: [name],
          onFail,
          allowed: fractionOf(check.allow),
          fault: `have a ${name} outside [${min ?? '−∞'}, ${max ?? '∞'}]`,
          fails: outside.length === 0 ? 'false' : outside.join(' OR '),
          byStatistics: true,
          numeric: true,
        },
      ];
    }
    if ('unique' in check)
      return [
        {
          ...base,
          check: `unique(${check.unique.join(', ')})`,
          source,
          columns: check.unique,
          onFail,
          allowed: fractionOf(check.allow),
          fault: `repeat the ${check.unique.join(', ')} of another`,
          key: check.unique,
        },
      ];
    if ('references' in check) {
      const { column: name, to } = check.references;
      const [other = '', target = ''] = to.split('.');
      return [
        {
          ...base,
          check: `references(${name} → ${to})`,
          source,
          columns: [name],
          onFail,
          allowed: 1 - fractionOf(check.coverage),
          fault: `have a ${name} that is not in ${to}`,
          fails: `${column(name)} IS NOT NULL AND ${text(column(name))} NOT IN (${known(other, target)})`,
          reference: { source: other, column: target },
          byValue: true,
        },
      ];
    }
    if ('pattern' in check) {
      const { column: name, regex } = check.pattern;
      return [
        {
          ...base,
          check: `pattern(${name})`,
          source,
          columns: [name],
          onFail,
          allowed: fractionOf(check.allow),
          fault: `have a ${name} that does not match ${regex}`,
          fails: `NOT regexp_full_match(${text(column(name))}, ${literal(regex)})`,
          byValue: true,
          regex,
        },
      ];
    }
    if ('oneOf' in check) {
      const { column: name, values } = check.oneOf;
      return [
        {
          ...base,
          check: `oneOf(${name})`,
          source,
          columns: [name],
          onFail,
          allowed: fractionOf(check.allow),
          fault: `have a ${name} other than ${values.join(', ')}`,
          fails: unlisted(name, values),
          byValue: true,
        },
      ];
    }
    if ('determines' in check) {
      const { columns, column: name } = check.determines;
      const key = columns.map(column).join(', ');
      return [
        {
          ...base,
          check: `determines(${columns.join(', ')} → ${name})`,
          source,
          columns: [...columns, name],
          onFail,
          allowed: fractionOf(check.allow),
          fault: `share the ${columns.join(', ')} of another with a different ${name}`,
          fails: `(${key}) IN (SELECT ${columns.length === 1 ? key : `(${key})`} ${undecided(source, check.determines)})`,
          determines: check.determines,
        },
      ];
    }
    return [];
  });
}

/**
 * One number for the columns of a key. It only finds candidates: on text like `20010131T1600-OAK-LAS-1` even all 64 bits
 * collide. Half of them sort in three quarters of the time, and three million rows collide a thousand times.
 */
const keyHash = (key: string[]): string => `(hash(${key.map(column).join(', ')}) >> 32)::UINTEGER`;

/** The columns of a key as one text; equal exactly when they are, nulls included. */
export const keyText = (key: string[]): string =>
  `to_json({${key.map((name) => `${quoted(name)}: ${column(name)}`).join(', ')}})::VARCHAR`;

/** How many rows repeat the key of another: candidates by neighbours in the order of their hash, then exactly. */
const repeats = (source: string, key: string[]): string =>
  `(SELECT coalesce(sum(n - 1), 0) FROM (
      SELECT count(*) AS n FROM ${quoted(source)} AS s
      WHERE ${keyHash(key)} IN (
        SELECT h FROM (SELECT h, lead(h) OVER () AS next FROM (SELECT ${keyHash(key)} AS h FROM ${quoted(source)} AS s ORDER BY h)) WHERE h = next
      )
      GROUP BY ${key.map(column).join(', ')}
    ))`;

/**
 * How many rows repeat the key of the row before them. Rows are compared one after the other; in two parts, cut at a value of the
 * leading column, that takes half the time on two threads.
 */
function repeatsInOrder(source: string, key: string[], lead: string, middle: string | undefined): string {
  const same = key.map((name) => `${column(name)} IS NOT DISTINCT FROM lag(${column(name)}) OVER ()`);
  const part = (where: string): string =>
    `SELECT count(*) AS n FROM (SELECT lag(true) OVER () AND ${same.join(' AND ')} AS again FROM ${quoted(source)} AS s WHERE ${where}) WHERE again`;
  if (middle === undefined) return `(${part('true')})`;
  const high = `${column(lead)} >= ${middle} OR ${column(lead)} IS NULL`;
  return `(SELECT sum(n) FROM (${part(`${column(lead)} < ${middle}`)} UNION ALL ${part(high)}))`;
}

/** Rows of one key are neighbours when the order begins with its columns. */
const keepsTogether = (order: string[], key: string[]): boolean =>
  key.length > 0 &&
  order.length >= key.length &&
  order.slice(0, key.length).every((name) => key.includes(name));

/** Beside the column that is grouped by; no column of a spec can have this name. */
const ROWS = quoted('rows of value');

/** The distinct values of a column, each with the number of its rows. */
export const valuesOf = (source: string, name: string): string =>
  `SELECT ${column(name)}, count(*) AS ${ROWS} FROM ${quoted(source)} AS s GROUP BY 1`;

const LOW = quoted('smallest of group');
const HIGH = quoted('largest of group');

/** The combinations of columns that are to decide another, each with the range of that one and the number of its rows. */
export const groupsOf = (source: string, { columns, column: name }: Determines): string =>
  `SELECT ${columns.map(column).join(', ')}, min(${column(name)}) AS ${LOW}, max(${column(name)}) AS ${HIGH}, count(*) AS ${ROWS}
    FROM ${quoted(source)} AS s GROUP BY ALL`;

/** What `valuesOf` gives, out of the combinations that are grouped already. */
export const valuesWithin = (groups: string, name: string): string =>
  `SELECT ${column(name)}, sum(${ROWS})::BIGINT AS ${ROWS} FROM ${groups} AS s GROUP BY 1`;

/** Counted in the pass over all rows; everything else is a statement of its own. */
export const isCountedInPass = ({ key, byValue, byStatistics, determines }: RowCheck): boolean =>
  key === null && determines === null && !byValue && !byStatistics;

/**
 * SQL that counts the failing rows: an aggregate over the source as `s` where `isCountedInPass`, otherwise a scalar. Keys by comparing neighbours where the rows are in
 * the order of the key, otherwise by sorting hashes, in two thirds of the time of count(DISTINCT).
 *
 * @param order columns that the rows of the source are sorted by; empty when nothing is known
 * @param middle a value of the leading column with about as many rows below as above, in SQL
 * @param values FROM clause of `valuesOf` the check's column: conditions on one value are asked once for each, instead of once a row
 * @param groups FROM clause of `groupsOf` the check's columns
 */
export function countOf(
  check: RowCheck,
  {
    order = [],
    middle,
    values = `(${valuesOf(check.source, check.columns[0] ?? '')})`,
    groups,
  }: {
    order?: string[];
    middle?: string | undefined;
    values?: string | undefined;
    groups?: string | undefined;
  } = {},
): string {
  const { source, fails, key, determines } = check;
  if (key !== null)
    return keepsTogether(order, key)
      ? repeatsInOrder(source, key, order[0] ?? '', middle)
      : repeats(source, key);
  if (determines !== null) {
    const complete = determines.columns.map((name) => `${column(name)} IS NOT NULL`).join(' AND ');
    return `(SELECT coalesce(sum(${ROWS}), 0) FROM ${groups ?? `(${groupsOf(source, determines)})`} AS s WHERE ${complete} AND ${LOW} <> ${HIGH})`;
  }
  if (check.byStatistics) return `(SELECT count(*) FROM ${quoted(source)} AS s WHERE ${fails ?? 'false'})`;
  if (check.byValue)
    return `(SELECT coalesce(sum(${ROWS}) FILTER (${fails ?? 'false'}), 0) FROM ${values} AS s)`;
  return `count(*) FILTER (${fails ?? 'false'})`;
}
