import { Limits } from './limits.js';
import { RequestError, badRequest } from './request-error.js';

const DATATYPES = new Set([
  'BOOL',
  ...['INT', 'UINT'].flatMap((kind) => [8, 16, 32, 64].map((bits) => `${kind}${bits}`)),
  'FP32',
  'FP64',
]);

/** Row-major feature values as the client sent them; null is a missing value. */
export interface Rows {
  rows: number;
  values: (number | null)[];
}

interface InputTensor {
  name: string;
  shape: number[];
  data: unknown[];
}

function parseTensor(sent: unknown, at: number): InputTensor {
  if (sent === null || typeof sent !== 'object')
    throw badRequest(`inputs[${at}] must be an object {name, shape, datatype, data}`);
  const { name, shape, datatype, data } = sent as Record<string, unknown>;
  if (typeof name !== 'string') throw badRequest(`inputs[${at}].name must be a string`);
  if (
    !Array.isArray(shape) ||
    shape.length < 1 ||
    shape.length > 2 ||
    !shape.every((n) => Number.isInteger(n) && n > 0)
  )
    throw badRequest(
      `inputs[${at}].shape of ${name} is ${JSON.stringify(shape)}, expected one or two positive integers: [rows, columns] or [rows]`,
    );
  if (typeof datatype !== 'string' || !DATATYPES.has(datatype))
    throw badRequest(
      `inputs[${at}].datatype of ${name} is ${JSON.stringify(datatype)}, expected one of ${[...DATATYPES].join(', ')}`,
    );
  if (!Array.isArray(data))
    throw badRequest(`inputs[${at}].data of ${name} must be an array, flat or nested`);
  const size = (shape as number[]).reduce((product, n) => product * n, 1);
  const flat: unknown[] = Array.isArray(data[0]) ? data.flat() : data;
  if (flat.length !== size)
    throw badRequest(
      `inputs[${at}].data of ${name} has ${flat.length} values, but its shape [${shape.join(', ')}] needs ${size}`,
    );
  return { name, shape: shape as number[], data: flat };
}

function checkRows(rows: number): void {
  if (rows > Limits.rows)
    throw new RequestError(
      413,
      `${rows} rows in one request, at most ${Limits.rows} are taken: split the request`,
    );
}

function checked(value: unknown, name: string, row: number): number | null {
  if (typeof value === 'number' || value === null) return value;
  if (typeof value === 'boolean') return Number(value);
  throw badRequest(
    `${name}, row ${row}: ${JSON.stringify(value)} is not a number (null stands for a missing value)`,
  );
}

function fromMatrix({ name, shape, data }: InputTensor, features: readonly string[]): Rows {
  const width = features.length;
  const [rows = 1, columns = 1] = shape.length === 1 ? [1, shape[0]] : shape;
  if (columns !== width)
    throw badRequest(
      `input ${name} has ${columns} columns, expected ${width}: ${features.join(', ')}, in this order`,
    );
  checkRows(rows);
  for (let i = 0; i < data.length; i++) {
    if (typeof data[i] !== 'number')
      data[i] = checked(data[i], features[i % width] ?? name, Math.floor(i / width));
  }
  return { rows, values: data as (number | null)[] };
}

function fromColumns(tensors: readonly InputTensor[], features: readonly string[]): Rows {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const missing = features.filter((feature) => !byName.has(feature));
  const unknown = tensors.map(({ name }) => name).filter((name) => !features.includes(name));
  if (missing.length > 0 || unknown.length > 0)
    throw badRequest(
      [
        missing.length > 0 && `inputs ${missing.join(', ')} are missing`,
        unknown.length > 0 && `inputs ${unknown.join(', ')} are unknown`,
        `expected one input features[rows, ${features.length}] or one input for each of ${features.join(', ')}`,
      ]
        .filter(Boolean)
        .join('; '),
    );
  const rows = byName.get(features[0] ?? '')?.data.length ?? 0;
  checkRows(rows);
  const width = features.length;
  const values = new Array<number | null>(rows * width);
  features.forEach((feature, column) => {
    const data = byName.get(feature)?.data ?? [];
    if (data.length !== rows)
      throw badRequest(
        `input ${feature} has ${data.length} rows, but ${features[0]} has ${rows}: all need the same number`,
      );
    for (let row = 0; row < rows; row++) values[row * width + column] = checked(data[row], feature, row);
  });
  return { rows, values };
}

/**
 * The rows of a request: one input `features` [rows, width], or one input per feature column.
 *
 * @throws RequestError 400 naming the input and what is expected; 413 for too many rows
 */
export function rowsOf(inputs: unknown, features: readonly string[]): Rows {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw badRequest(
      `inputs must be an array with one input features[rows, ${features.length}], or one per feature`,
    );
  const tensors = inputs.map(parseTensor);
  const [first] = tensors;
  return tensors.length === 1 &&
    first?.name === 'features' &&
    !(features.length === 1 && features[0] === 'features')
    ? fromMatrix(first, features)
    : fromColumns(tensors, features);
}
