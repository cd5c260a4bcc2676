import type { FeatureBatch, FeatureColumn } from '../../../contracts/feature-batch.js';
import { type Binding, MATRIX, type OnnxType } from './binding.js';

/** A tensor as it travels to the process of a model. */
export interface FeedTensor {
  type: OnnxType;
  data: FeatureColumn;
  dims: number[];
}
/** The tensors of one run, by the name of their input. */
export type Feeds = Record<string, FeedTensor>;

/** The batch as the matrix that a model with one input takes. */
function matrix(batch: FeatureBatch, width: number): Float32Array {
  if ('dense' in batch) return batch.dense;
  const dense = new Float32Array(batch.rows * width);
  batch.columns.forEach((column, feature) => {
    for (let row = 0; row < batch.rows; row += 1) dense[row * width + feature] = Number(column[row]);
  });
  return dense;
}

/** One feature of the batch. */
function columnOf(batch: FeatureBatch, feature: number, width: number): FeatureColumn {
  if ('columns' in batch) return batch.columns[feature] ?? [];
  return Float32Array.from({ length: batch.rows }, (_, row) => batch.dense[row * width + feature] ?? NaN);
}

function tensor(column: FeatureColumn, type: OnnxType, dims: number[]): FeedTensor {
  return { type, data: columnAs(column, type), dims };
}

function columnAs(column: FeatureColumn, type: OnnxType): FeatureColumn {
  if (Array.isArray(column)) return column;
  const numbers = column as ArrayLike<number>;
  if (type === 'float32') return column instanceof Float32Array ? column : Float32Array.from(numbers, Number);
  if (type === 'float64') return column instanceof Float64Array ? column : Float64Array.from(numbers, Number);
  if (type === 'int64')
    return column instanceof BigInt64Array ? column : BigInt64Array.from(Array.from(numbers, BigInt));
  return column instanceof Uint8Array ? column : Uint8Array.from(numbers);
}

/** The tensors of one run. */
export function feedsOf(batch: FeatureBatch, binding: Binding): Feeds {
  if (binding.kind === 'matrix') {
    const dims = [batch.rows, binding.width];
    return { [MATRIX]: { type: 'float32', data: matrix(batch, binding.width), dims } };
  }
  return Object.fromEntries(
    binding.inputs.map(({ name, type, isColumn }, at) => [
      name,
      tensor(columnOf(batch, at, binding.inputs.length), type, isColumn ? [batch.rows, 1] : [batch.rows]),
    ]),
  );
}
