import { describe, expect, it } from 'vitest';
import { binaryOf, readBinaryInputs } from '../../../../serving/protocol/binary-tensors.js';

const read = (inputs: Record<string, unknown>[], ...bytes: Buffer[]) => {
  const sizes = bytes.map(({ length }) => length);
  const body = {
    inputs: inputs.map((input, n) => ({
      name: `i${n}`,
      parameters: { binary_data_size: sizes[n] },
      ...input,
    })),
  };
  readBinaryInputs(body, Buffer.concat(bytes));
  return body.inputs.map((input) => (input as { data?: unknown }).data);
};
const bytesOf = (array: ArrayBufferView): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

describe('binary tensors of a request', () => {
  it.each<[string, ArrayBufferView, unknown[]]>([
    ['BOOL', Uint8Array.of(1, 0), [1, 0]],
    ['INT8', Int8Array.of(-1, 1), [-1, 1]],
    ['INT16', Int16Array.of(-300, 1), [-300, 1]],
    ['INT32', Int32Array.of(-70_000, 1), [-70_000, 1]],
    ['INT64', BigInt64Array.of(-5n, 2n ** 40n), [-5, 2 ** 40]],
    ['UINT8', Uint8Array.of(255), [255]],
    ['UINT16', Uint16Array.of(65_535), [65_535]],
    ['UINT32', Uint32Array.of(2 ** 32 - 1), [2 ** 32 - 1]],
    ['UINT64', BigUint64Array.of(7n), [7]],
    ['FP32', Float32Array.of(1.5, NaN, Infinity), [1.5, null, Infinity]],
    ['FP64', Float64Array.of(0.1), [0.1]],
  ])('are read as %s; NaN is a missing value', (datatype, array, expected) => {
    expect(read([{ datatype }], bytesOf(array))).toEqual([expected]);
  });

  it('are read as texts, each after its length, and stand in the order of the inputs beside inputs in JSON', () => {
    const texts = binaryOf('BYTES', ['Île', '', 'Dream']);
    const [island, mass, plain] = read(
      [{ datatype: 'BYTES' }, { datatype: 'FP32' }, { datatype: 'FP32', data: [1], parameters: null }],
      texts,
      bytesOf(Float32Array.of(2)),
    );
    expect([island, mass, plain]).toEqual([['Île', '', 'Dream'], [2], [1]]);
  });

  it.each<[string, Record<string, unknown>, Buffer, string]>([
    ['half a value', { datatype: 'FP32' }, Buffer.alloc(6), '6 bytes, expected a multiple of 4'],
    [
      'a datatype without bytes',
      { datatype: 'FP16' },
      Buffer.alloc(4),
      'has datatype "FP16", expected one of BOOL',
    ],
    ['a name of an object', { datatype: '__proto__' }, Buffer.alloc(4), 'has datatype "__proto__"'],
    ['a text that is too long', { datatype: 'BYTES' }, Buffer.from([9, 0, 0, 0, 65]), 'text 0 ends after'],
    ['half a length', { datatype: 'BYTES' }, Buffer.from([1, 0]), 'text 0 ends after'],
    ['a text that is no UTF-8', { datatype: 'BYTES' }, Buffer.from([1, 0, 0, 0, 255]), 'text 0 is not UTF-8'],
    [
      'more bytes than came',
      { datatype: 'FP32', parameters: { binary_data_size: 8 } },
      Buffer.alloc(4),
      'binary_data_size 8, but 4 bytes follow',
    ],
    [
      'fewer bytes than came',
      { datatype: 'FP32', parameters: { binary_data_size: 4 } },
      Buffer.alloc(8),
      '4 bytes follow the last tensor',
    ],
    [
      'a negative size',
      { datatype: 'FP32', parameters: { binary_data_size: -4 } },
      Buffer.alloc(4),
      'binary_data_size -4',
    ],
  ])('are refused with %s', (_what, input, bytes, text) => {
    expect(() => read([input], bytes)).toThrow(text);
  });

  it.each([null, 5, [], { inputs: null }, { inputs: [null, 5] }])('of %j do not break the reader', (body) => {
    expect(() => readBinaryInputs(body, Buffer.alloc(0))).not.toThrow();
  });
});
