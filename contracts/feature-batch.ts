import type { FeatureValue, SignatureInput } from './signature.js';

/**
 * The values of one feature, one a row: float32 as `Float32Array`, float64 as `Float64Array`, int64 as `BigInt64Array`, bool
 * as `Uint8Array` of 0 and 1, strings as an array. A nullable int64 or bool is a `Float64Array` with NaN for null.
 */
export type FeatureColumn = Float32Array | Float64Array | BigInt64Array | Uint8Array | string[];

/** Rows for a model: all values as one row-major float32 matrix, or a column a feature in the signature's order. */
export type FeatureBatch =
  { rows: number; dense: Float32Array } | { rows: number; columns: readonly FeatureColumn[] };

/** True when the rows travel as one matrix: every input is float32. */
export const isDense = ({ inputs }: { inputs: readonly SignatureInput[] }): boolean =>
  inputs.every((input) => input.type === 'float32');

/** An empty column for so many rows of an input. */
export function newColumn({ type, nullable }: SignatureInput, rows: number): FeatureColumn {
  if (type === 'float32') return new Float32Array(rows);
  if (type === 'string') return new Array<string>(rows).fill('');
  if (type === 'float64' || nullable) return new Float64Array(rows);
  return type === 'int64' ? new BigInt64Array(rows) : new Uint8Array(rows);
}

/**
 * Put a value that fits the column's input (see `misfit`). Null becomes NaN, or the empty text.
 *
 * @throws RangeError for null in a column that has no missing values: 0 would be another value
 */
export function setValue(column: FeatureColumn, row: number, value: FeatureValue | bigint): void {
  if (value === null && (column instanceof BigInt64Array || column instanceof Uint8Array))
    throw new RangeError(
      `row ${row} is null in a column of ${column.constructor.name}, which has no missing values`,
    );
  if (Array.isArray(column)) column[row] = value === null ? '' : String(value);
  else if (column instanceof BigInt64Array)
    column[row] = typeof value === 'bigint' ? value : BigInt(Number(value));
  else column[row] = value === null ? NaN : Number(value);
}

/** Rows of JSON values as a batch. */
export function batchOf(
  rows: readonly (readonly FeatureValue[])[],
  signature: { inputs: readonly SignatureInput[] },
): FeatureBatch {
  const { inputs } = signature;
  if (isDense(signature))
    return {
      rows: rows.length,
      dense: Float32Array.from(
        rows.flatMap((row) => row.map((value) => (value === null ? NaN : Number(value)))),
      ),
    };
  return {
    rows: rows.length,
    columns: inputs.map((input, at) => {
      const column = newColumn(input, rows.length);
      rows.forEach((row, n) => setValue(column, n, row[at] ?? null));
      return column;
    }),
  };
}
