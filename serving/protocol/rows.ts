import type { FeatureValue } from '../../contracts/signature.js';
import { type Layout, batchOf } from '../features/layout.js';
import type { FeatureBatch } from '../../contracts/feature-batch.js';
import { badRequest } from '../request-error.js';
import { shown } from './shown.js';
import { type InputTensor, matchByName, matrixShape, mustBeNumbers, parseTensor } from './tensor.js';
import { typedFromColumns, typedFromMatrix } from './typed-rows.js';

/** The rows of a request, both as the client sent them and as the model takes them. */
export interface Rows {
  rows: number;
  /** Row-major; null is a missing value. */
  values: FeatureValue[];
  batch: FeatureBatch;
}

function asNumber(value: unknown, name: string, row: number): number | null {
  if (typeof value === 'number' || value === null) return value;
  if (typeof value === 'boolean') return Number(value);
  throw badRequest(`${name}, row ${row}: ${shown(value)} is not a number (null stands for a missing value)`);
}

/** Reads plain numbers from one tensor. Most requests take this path, so it makes a single pass over the values. */
function plainFromMatrix(tensor: InputTensor, features: readonly string[]): Rows {
  const { rows, width } = matrixShape(tensor, features);
  const { name, data } = tensor;
  mustBeNumbers(tensor, (at) => ({ feature: features[at % width] ?? name, row: Math.floor(at / width) }));
  for (let i = 0; i < data.length; i++) {
    if (typeof data[i] !== 'number')
      data[i] = asNumber(data[i], features[i % width] ?? name, Math.floor(i / width));
  }
  return plain(rows, data as (number | null)[], features);
}

function plainFromColumns(tensors: readonly InputTensor[], features: readonly string[]): Rows {
  const { rows, matched } = matchByName(tensors, features, true);
  const width = features.length;
  const values = new Array<number | null>(rows * width);
  matched.forEach((tensor, column) => {
    mustBeNumbers(tensor, (row) => ({ feature: tensor.name, row }));
    for (let row = 0; row < rows; row++)
      values[row * width + column] = asNumber(tensor.data[row], tensor.name, row);
  });
  return plain(rows, values, features);
}

/** @throws RequestError 400 for a number that is no 32-bit float, e.g. 1e39 */
function plain(rows: number, values: (number | null)[], features: readonly string[]): Rows {
  const dense = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    dense[i] = value;
    if (dense[i] === Infinity || dense[i] === -Infinity)
      throw badRequest(
        `${features[i % features.length]}, row ${Math.floor(i / features.length)}: ${value} is too large for a 32-bit float, expected at most ±3.40e+38`,
      );
  }
  return { rows, values, batch: { rows, dense } };
}

/**
 * The rows of a request. It has either one input `features` [rows, width] or one input for each feature. Models with
 * text inputs accept only the latter.
 *
 * @throws RequestError 400 with the input and the allowed values; 413 for too many rows
 */
export function rowsOf(inputs: unknown, layout: Layout): Rows {
  const { names, plain: isPlain } = layout;
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw badRequest(
      `inputs must be an array with ${layout.oneTensor ? `one input features[rows, ${names.length}], or ` : ''}one input per feature: ${names.join(', ')}`,
    );
  const tensors = inputs.map(parseTensor);
  const [first] = tensors;
  const matrix =
    layout.oneTensor &&
    tensors.length === 1 &&
    first?.name === 'features' &&
    !(names.length === 1 && names[0] === 'features')
      ? first
      : undefined;
  if (isPlain) return matrix ? plainFromMatrix(matrix, names) : plainFromColumns(tensors, names);
  const { rows, values } = matrix ? typedFromMatrix(matrix, layout) : typedFromColumns(tensors, layout);
  return { rows, values, batch: batchOf(layout, values, rows) };
}
