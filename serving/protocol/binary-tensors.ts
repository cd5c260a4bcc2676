import { badRequest } from '../request-error.js';
import { shown } from './shown.js';

/** The header with the bytes of the JSON part, in requests and answers with binary tensors. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

type ReadNumber = (bytes: Buffer, at: number) => number;

/** Bytes of a value, and its reader, for each datatype of numbers. All are little-endian. */
const NUMBERS: Readonly<Record<string, [size: number, read: ReadNumber] | undefined>> = {
  BOOL: [1, (bytes, at) => bytes.readUInt8(at)],
  INT8: [1, (bytes, at) => bytes.readInt8(at)],
  INT16: [2, (bytes, at) => bytes.readInt16LE(at)],
  INT32: [4, (bytes, at) => bytes.readInt32LE(at)],
  INT64: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  UINT8: [1, (bytes, at) => bytes.readUInt8(at)],
  UINT16: [2, (bytes, at) => bytes.readUInt16LE(at)],
  UINT32: [4, (bytes, at) => bytes.readUInt32LE(at)],
  UINT64: [8, (bytes, at) => Number(bytes.readBigUInt64LE(at))],
  FP32: [4, (bytes, at) => bytes.readFloatLE(at)],
  FP64: [8, (bytes, at) => bytes.readDoubleLE(at)],
};

/** NaN is a missing value, as null is in JSON. */
function numbers(bytes: Buffer, [size, read]: [number, ReadNumber], name: string): (number | null)[] {
  if (bytes.length % size !== 0)
    throw badRequest(
      `input ${name} has ${bytes.length} bytes, expected a multiple of ${size}, the bytes of one value`,
    );
  return Array.from({ length: bytes.length / size }, (_, n) => {
    const value = read(bytes, n * size);
    return Number.isNaN(value) ? null : value;
  });
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Texts, each after its length in four bytes. */
function texts(bytes: Buffer, name: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Infinity;
    const end = at + 4 + length;
    if (end > bytes.length)
      throw badRequest(
        `input ${name}: text ${found.length} ends after the input’s binary_data_size of ${bytes.length}`,
      );
    try {
      found.push(UTF_8.decode(bytes.subarray(at + 4, end)));
    } catch {
      throw badRequest(`input ${name}: text ${found.length} is not UTF-8`);
    }
    at = end;
  }
  return found;
}

function valuesOf(bytes: Buffer, datatype: unknown, name: string): unknown[] {
  if (datatype === 'BYTES') return texts(bytes, name);
  const reader = typeof datatype === 'string' && Object.hasOwn(NUMBERS, datatype) && NUMBERS[datatype];
  if (reader) return numbers(bytes, reader, name);
  throw badRequest(
    `input ${name} has datatype ${shown(datatype)}, expected one of ${[...Object.keys(NUMBERS), 'BYTES'].join(', ')}`,
  );
}

/**
 * Put the values of binary tensors into the inputs of a request, as if they had come as JSON. Each input with
 * `parameters.binary_data_size` takes its bytes in the order of the inputs.
 *
 * @throws RequestError 400 if the bytes are not those that the inputs declare
 */
export function readBinaryInputs(body: unknown, bytes: Buffer): void {
  const { inputs } = (body ?? {}) as { inputs?: unknown };
  let at = 0;
  for (const input of Array.isArray(inputs) ? inputs : []) {
    if (input === null || typeof input !== 'object') continue;
    const tensor = input as Record<string, unknown>;
    const size = parametersOf(tensor)['binary_data_size'];
    if (size === undefined || size === null) continue;
    const name = shown(tensor['name']);
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > bytes.length)
      throw badRequest(
        `input ${name} has binary_data_size ${shown(size)}, but ${bytes.length - at} bytes follow: send header Inference-Header-Content-Length with the bytes of the JSON, and the tensors after it`,
      );
    tensor['data'] = valuesOf(bytes.subarray(at, at + size), tensor['datatype'], name);
    at += size;
  }
  if (at < bytes.length)
    throw badRequest(
      `${bytes.length - at} bytes follow the last tensor: the sum of binary_data_size must be the length of the binary part`,
    );
}

const parametersOf = (value: unknown): Record<string, unknown> =>
  (value as { parameters?: Record<string, unknown> | null } | null)?.parameters ?? {};

/** The values of an output as a binary tensor. */
export function binaryOf(datatype: 'FP32' | 'BYTES', data: readonly (number | string)[]): Buffer {
  if (datatype === 'FP32') {
    const bytes = Buffer.alloc(4 * data.length);
    data.forEach((value, n) => bytes.writeFloatLE(Number(value), 4 * n));
    return bytes;
  }
  return Buffer.concat(
    data.flatMap((value) => {
      const text = Buffer.from(String(value));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );
}
