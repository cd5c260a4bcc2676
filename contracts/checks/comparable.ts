import { isDecimal, isFloat, isNumeric, isTemporal, isWhole } from '../sql-types.js';

/** An SQL expression with its DuckDB type; undefined if the type is not known. */
export interface Typed {
  sql: string;
  type: string | undefined;
}

/** Floats of at least this size are beyond HUGEINT. They are compared by their shortest text. */
const BEYOND_WHOLE = '1.7e38';

/** A float as text. Whole numbers are written in full, because a 64-bit integer is. NaN becomes null. */
const floatText = (sql: string): string =>
  `CASE WHEN isnan(${sql}) THEN NULL WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < ${BEYOND_WHOLE} THEN TRY_CAST(${sql} AS HUGEINT)::VARCHAR ELSE ${sql}::VARCHAR::DOUBLE::VARCHAR END`;

/** A text that writes a number, as `floatText` writes it. Whole numbers keep all digits. Other texts stay. */
export function writtenNumber(sql: string): string {
  const trimmed = `trim(${sql})`;
  const whole = `CASE WHEN regexp_full_match(${trimmed}, '[+-]?[0-9]+([.]0*)?') THEN TRY_CAST(split_part(${trimmed}, '.', 1) AS HUGEINT)::VARCHAR END`;
  return `coalesce(${whole}, ${floatText(`TRY_CAST(${sql} AS DOUBLE)`)}, ${sql})`;
}

/** A number of any type as text: equal numbers give equal texts. */
function numberText({ sql, type }: Typed): string {
  if (isWhole(type)) return `${sql}::VARCHAR`;
  if (isFloat(type)) return floatText(sql);
  // A fraction is compared with a float by the shortest text of both.
  if (isDecimal(type)) return writtenNumber(`${sql}::VARCHAR`);
  if (type === 'BOOLEAN') return `${sql}::INTEGER::VARCHAR`;
  return writtenNumber(`${sql}::VARCHAR`);
}

/** A text of the value as this type writes it; the value as text if it is no value of the type. */
const read = (sql: string, as: string): string => `coalesce(${as}, ${sql}::VARCHAR)`;

function instantText({ sql, type }: Typed): string {
  if (type === 'DATE' || type === 'TIMESTAMP WITH TIME ZONE')
    return read(sql, `TRY_CAST(${sql} AS TIMESTAMP)::VARCHAR`);
  return isTemporal(type)
    ? `${sql}::VARCHAR`
    : read(sql, `TRY_CAST(TRY_CAST(${sql}::VARCHAR AS TIMESTAMPTZ) AS TIMESTAMP)::VARCHAR`);
}

const asType =
  (name: string) =>
  ({ sql, type }: Typed): string =>
    type === name ? `${sql}::VARCHAR` : read(sql, `TRY_CAST(${sql}::VARCHAR AS ${name})::VARCHAR`);

/** How values are written if one of the two sides is of the class. The first class that holds decides. */
const CLASSES: [(type: string | undefined) => boolean, (value: Typed) => string][] = [
  [isNumeric, numberText],
  [isTemporal, instantText],
  [(type) => type === 'BOOLEAN', asType('BOOLEAN')],
  [(type) => type === 'UUID', asType('UUID')],
];

/**
 * Two expressions whose results are equal exactly when the values are, whatever the types: 7, 7.0 and '007' are one number,
 * a date is its midnight in UTC. Two texts are compared as texts. NaN becomes null, as it stands for a missing value.
 */
export function comparable(left: Typed, right: Typed): [string, string] {
  if (left.type === right.type && left.type !== undefined && !isFloat(left.type))
    return [left.sql, right.sql];
  const write = CLASSES.find(([holds]) => holds(left.type) || holds(right.type))?.[1];
  const text = write ?? (({ sql, type }: Typed) => (type === 'VARCHAR' ? sql : `${sql}::VARCHAR`));
  return [text(left), text(right)];
}
