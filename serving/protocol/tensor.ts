import { Limits } from './limits.js';
import { RequestError, badRequest } from '../request-error.js';
import { NUMBER_DATATYPES } from './number-datatypes.js';
import { shown } from './shown.js';

const DATATYPES = new Set([...NUMBER_DATATYPES.keys(), 'BYTES']);
/** Most names that a message lists. */
const NAMED = 20;

/** One input of a request. Its values are not checked yet. */
export interface InputTensor {
  name: string;
  shape: number[];
  datatype: string;
  /** Flat, row-major. */
  data: unknown[];
}

/** @throws RequestError 400 with the field, its value and the allowed values */
export function parseTensor(sent: unknown, at: number): InputTensor {
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
      `inputs[${at}].shape of ${name} is ${shown(shape)}, expected one or two positive integers: [rows, columns] or [rows]`,
    );
  if (typeof datatype !== 'string' || !DATATYPES.has(datatype))
    throw badRequest(
      `inputs[${at}].datatype of ${name} is ${shown(datatype)}, expected one of ${[...DATATYPES].join(', ')}`,
    );
  if (!Array.isArray(data))
    throw badRequest(`inputs[${at}].data of ${name} must be an array, flat or nested`);
  const size = (shape as number[]).reduce((product, n) => product * n, 1);
  const flat: unknown[] = Array.isArray(data[0]) ? unnested(data, shape as number[], name) : data;
  if (flat.length !== size)
    throw badRequest(
      `inputs[${at}].data of ${name} has ${flat.length} values, but its shape [${shape.join(', ')}] needs ${size}`,
    );
  return { name, shape: shape as number[], datatype, data: flat };
}

/**
 * The values of nested data, row by row.
 *
 * @throws RequestError 400 unless there are as many rows as the shape says, each with as many values
 */
function unnested(data: readonly unknown[], shape: readonly number[], name: string): unknown[] {
  const [rows, columns] = shape;
  const wrong = data.findIndex((row) => !Array.isArray(row) || row.length !== columns);
  if (data.length === rows && wrong < 0) return data.flat();
  const row = data[wrong];
  const found =
    data.length !== rows
      ? `${data.length} rows`
      : `row ${wrong} with ${Array.isArray(row) ? `${row.length} values` : shown(row)}`;
  throw badRequest(
    `input ${name} has nested data of ${found}, but its shape is [${shape.join(', ')}]: nest it as the shape says, or send it flat`,
  );
}

/**
 * Checks that an input holds numbers, and that its datatype holds each of them.
 *
 * @param nameOf name of the feature of a value, by the position of the value
 * @throws RequestError 400 for BYTES, and for a number such as -1 in UINT8
 */
export function mustBeNumbers(
  { name, datatype, data }: InputTensor,
  nameOf: (at: number) => { feature: string; row: number },
): void {
  const type = NUMBER_DATATYPES.get(datatype);
  if (!type)
    throw badRequest(
      `input ${name} has datatype ${datatype}, expected one of ${[...NUMBER_DATATYPES.keys()].join(', ')}`,
    );
  const at = data.findIndex((value) => typeof value === 'number' && !type.holds(value));
  if (at < 0) return;
  const { feature, row } = nameOf(at);
  throw badRequest(
    `${feature}, row ${row}: ${data[at] as number} is no value of ${datatype}, expected ${type.expected}`,
  );
}

export function checkRows(rows: number): void {
  if (rows > Limits.rows)
    throw new RequestError(
      413,
      `${rows} rows in one request, at most ${Limits.rows} are taken: split the request`,
    );
}

/** Rows and columns of the single tensor of all features. A shape `[columns]` is one row. */
export function matrixShape(
  { name, shape }: InputTensor,
  features: readonly string[],
): { rows: number; width: number } {
  const width = features.length;
  const [rows = 1, columns = 1] = shape.length === 1 ? [1, shape[0]] : shape;
  if (columns !== width)
    throw badRequest(
      `input ${name} has ${columns} columns, expected ${width}: ${features.join(', ')}, in this order`,
    );
  checkRows(rows);
  return { rows, width };
}

/** The tensors of the features in the model's order, matched by name. All must have the same number of rows. */
export function matchByName(
  tensors: readonly InputTensor[],
  features: readonly string[],
  oneTensor: boolean,
): { rows: number; matched: InputTensor[] } {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const matched = features.map((feature) => byName.get(feature)).filter((tensor) => tensor !== undefined);
  const missing = features.filter((feature) => !byName.has(feature));
  const known = new Set(features);
  const unknown = [...byName.keys()].filter((name) => !known.has(name));
  const twice = byName.size === tensors.length ? undefined : repeated(tensors);
  const each = `one input for each of ${features.join(', ')}`;
  if (missing.length > 0 || unknown.length > 0 || twice !== undefined)
    throw badRequest(
      [
        twice !== undefined && `input ${twice} is there twice`,
        missing.length > 0 && `inputs ${listed(missing)} are missing`,
        unknown.length > 0 && `inputs ${listed(unknown)} are unknown`,
        `expected ${oneTensor ? `one input features[rows, ${features.length}] or ` : ''}${each}`,
      ]
        .filter(Boolean)
        .join('; '),
    );
  const rows = matched[0]?.data.length ?? 0;
  checkRows(rows);
  for (const { name, shape, data } of matched) {
    if (data.length !== rows)
      throw badRequest(
        `input ${name} has ${data.length} rows, but ${features[0]} has ${rows}: all need the same number`,
      );
    if (shape.length === 2 && shape[1] !== 1)
      throw badRequest(`input ${name} has shape [${shape.join(', ')}], expected [rows] or [rows, 1]`);
  }
  return { rows, matched };
}

const listed = (names: readonly string[]): string =>
  names.length <= NAMED
    ? names.join(', ')
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;

/** The first name that comes again. */
function repeated(tensors: readonly InputTensor[]): string | undefined {
  const seen = new Set<string>();
  return tensors.find(({ name }) => seen.size === seen.add(name).size)?.name;
}
