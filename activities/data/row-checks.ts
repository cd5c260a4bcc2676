import type { Data, DataCheck } from '../../contracts/spec/data.js';
import { fractionOf } from '../../contracts/spec/units.js';
import { defaultSource, sourceOf } from './default-source.js';
import { quoted } from './sql-text.js';

export type OnFail = DataCheck['onFail'];

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
  /** Types must be numbers for the condition to make sense. */
  numeric: boolean;
}

const column = (name: string): string => `s.${quoted(name)}`;
/** Sources may store the same code as different types. */
const text = (expression: string): string => `${expression}::VARCHAR`;
const known = (source: string, name: string): string =>
  `SELECT ${text(quoted(name))} FROM ${quoted(source)} WHERE ${quoted(name)} IS NOT NULL`;

/** The checks of the spec that look at single rows, one a column. */
export function rowChecks({ checks, sources }: Pick<Data, 'checks' | 'sources'>): RowCheck[] {
  const base = { fails: null, key: null, reference: null, numeric: false };
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
        },
      ];
    }
    return [];
  });
}

/** One number for the columns of a key. It only finds candidates: on text like `20010131T1600-OAK-LAS-1` it collides. */
const keyHash = (key: string[]): string => `hash(${key.map(column).join(', ')})`;

/** The columns of a key as one text; equal exactly when they are, nulls included. */
export const keyText = (key: string[]): string =>
  `to_json({${key.map((name) => `${quoted(name)}: ${column(name)}`).join(', ')}})::VARCHAR`;

/** How many rows repeat the key of another: candidates by their hash, then exactly. */
const repeats = (source: string, key: string[]): string =>
  `(SELECT coalesce(sum(n - 1), 0) FROM (
      SELECT count(*) AS n FROM ${quoted(source)} AS s
      WHERE ${keyHash(key)} IN (
        SELECT h FROM (SELECT h, row_number() OVER (PARTITION BY h) AS n FROM (SELECT ${keyHash(key)} AS h FROM ${quoted(source)} AS s)) WHERE n = 2
      )
      GROUP BY ${key.map(column).join(', ')}
    ))`;

/**
 * SQL that counts the failing rows, for a SELECT over the source as `s`. Keys by a window, which sorts three million rows in
 * two thirds of the time of count(DISTINCT); references by the few distinct values instead of by every row.
 */
export function countOf({ source, columns: [name = ''], fails, key, reference }: RowCheck): string {
  if (key !== null) return repeats(source, key);
  if (reference !== null)
    return `(SELECT coalesce(sum(n), 0) FROM (SELECT ${column(name)} AS v, count(*) AS n FROM ${quoted(source)} AS s GROUP BY 1)
      WHERE v IS NOT NULL AND ${text('v')} NOT IN (${known(reference.source, reference.column)}))`;
  return `count(*) FILTER (${fails ?? 'false'})`;
}
