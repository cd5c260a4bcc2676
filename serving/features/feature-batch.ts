import type { FeatureBatch, FeatureColumn } from '../../contracts/feature-batch.js';

/** A new batch with the given rows only, for example those that the canary answers. */
export function pickRows(batch: FeatureBatch, rows: readonly number[]): FeatureBatch {
  if ('columns' in batch)
    return { rows: rows.length, columns: batch.columns.map((column) => pickValues(column, rows)) };
  const width = batch.dense.length / batch.rows;
  const dense = new Float32Array(rows.length * width);
  rows.forEach((row, i) => dense.set(batch.dense.subarray(row * width, (row + 1) * width), i * width));
  return { rows: rows.length, dense };
}

/** One batch with the rows of several batches of the same model, in their order. */
export function joinBatches(batches: readonly FeatureBatch[]): FeatureBatch {
  let [rows, values] = [0, 0];
  for (const batch of batches) {
    rows += batch.rows;
    if ('dense' in batch) values += batch.dense.length;
  }
  const [first] = batches;
  if (first && 'columns' in first)
    return {
      rows,
      columns: first.columns.map((_, at) => joinColumns(batches.map((batch) => columnOf(batch, at)))),
    };
  const dense = new Float32Array(values);
  let offset = 0;
  for (const batch of batches) {
    if (!('dense' in batch)) throw mixed();
    dense.set(batch.dense, offset);
    offset += batch.dense.length;
  }
  return { rows, dense };
}

const mixed = (): Error => new Error('batches of one model must all be dense or all have columns');

function columnOf(batch: FeatureBatch, at: number): FeatureColumn {
  const column = 'columns' in batch ? batch.columns[at] : undefined;
  if (!column) throw mixed();
  return column;
}

function pickValues(column: FeatureColumn, rows: readonly number[]): FeatureColumn {
  if (Array.isArray(column)) return rows.map((row) => column[row] ?? '');
  if (column instanceof BigInt64Array) return BigInt64Array.from(rows, (row) => column[row] ?? 0n);
  const picked = new (column.constructor as Float64ArrayConstructor)(rows.length);
  rows.forEach((row, i) => (picked[i] = column[row] ?? NaN));
  return picked;
}

function joinColumns(columns: readonly FeatureColumn[]): FeatureColumn {
  const [first] = columns;
  if (Array.isArray(first)) return columns.flatMap((column) => column as string[]);
  const length = columns.reduce((sum, column) => sum + column.length, 0);
  // All arrays have the type of the first one: they are the same column of the same model.
  const joined = new (first?.constructor as Float64ArrayConstructor)(length);
  let offset = 0;
  for (const column of columns) {
    joined.set(column as Float64Array, offset);
    offset += column.length;
  }
  return joined;
}
