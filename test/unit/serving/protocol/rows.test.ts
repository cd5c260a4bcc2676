import { describe, expect, it } from 'vitest';
import { type SignatureInput, numericSignature } from '../../../../contracts/signature.js';
import { layoutOf } from '../../../../serving/features/layout.js';
import { rowsOf } from '../../../../serving/protocol/rows.js';

const typed: SignatureInput[] = [
  { name: 'mass', type: 'float32', nullable: true },
  { name: 'area', type: 'float64', nullable: true },
  { name: 'rooms', type: 'int64', nullable: false },
  { name: 'adult', type: 'bool', nullable: false },
  { name: 'island', type: 'string', nullable: false },
];
const layout = layoutOf(typed, false);
const numeric = layoutOf(numericSignature(['a', 'b']).inputs, true);
/** Layout of numeric features of several types, for a model that takes one tensor. */
const mixed = layoutOf(
  [
    { name: 'rooms', type: 'int64', nullable: true },
    { name: 'adult', type: 'bool', nullable: false },
  ],
  true,
);

const tensor = (name: string, datatype: string, data: unknown[], shape: number[] = [data.length]) => ({
  name,
  datatype,
  shape,
  data,
});
const good = {
  mass: tensor('mass', 'FP32', [3.5, null]),
  area: tensor('area', 'FP64', [1e39, 0.1], [2, 1]),
  rooms: tensor('rooms', 'INT64', [3, 4]),
  adult: tensor('adult', 'BOOL', [true, false]),
  island: tensor('island', 'BYTES', ['Dream', 'Île “x”']),
};
const read = (change: Partial<Record<keyof typeof good, object>>) =>
  rowsOf(Object.values({ ...good, ...change }), layout);

describe('typed rows', () => {
  it('become one column a feature, each of its own type, and stay as sent for the log', () => {
    const { rows, values, batch } = read({});
    expect(rows).toBe(2);
    expect(values).toEqual([3.5, 1e39, 3, true, 'Dream', null, 0.1, 4, false, 'Île “x”']);
    expect(batch).toEqual({
      rows: 2,
      columns: [
        Float32Array.of(3.5, NaN),
        Float64Array.of(1e39, 0.1),
        BigInt64Array.of(3n, 4n),
        Uint8Array.of(1, 0),
        ['Dream', 'Île “x”'],
      ],
    });
  });

  it('take a whole number in any numeric datatype, and a boolean as 0 or 1', () => {
    expect(read({ rooms: tensor('rooms', 'FP32', [3, 4]) }).values[2]).toBe(3);
    expect(read({ rooms: tensor('rooms', 'BOOL', [true, false]) }).values[2]).toBe(1);
    for (const datatype of ['FP32', 'INT64', 'BOOL'])
      expect(read({ adult: tensor('adult', datatype, [1, 0]) })).toEqual(read({}));
  });

  it.each<[string, Parameters<typeof read>[0], string]>([
    [
      'a text for a number',
      { rooms: tensor('rooms', 'INT64', [3, 'four']) },
      'row 1: rooms is "four", expected a whole number',
    ],
    ['a part of a room', { rooms: tensor('rooms', 'FP32', [3, 2.5]) }, 'row 1: rooms is 2.5'],
    [
      'a number beyond the safe integers',
      { rooms: tensor('rooms', 'INT64', [3, 2 ** 53]) },
      'row 1: rooms is 9007199254740992',
    ],
    ['null where none may be', { rooms: tensor('rooms', 'INT64', [null, 1]) }, 'row 0: rooms is null'],
    [
      '2 for a bool',
      { adult: tensor('adult', 'INT64', [1, 2]) },
      'row 1: adult is 2, expected true or false',
    ],
    ['a bool as BYTES', { adult: tensor('adult', 'BYTES', ['1', '0']) }, 'has datatype BYTES, expected BOOL'],
    [
      'a text that is too long',
      { island: tensor('island', 'BYTES', ['a', 'x'.repeat(32_769)]) },
      'row 1: island is a text of 32769 characters that begins "xxx',
    ],
    [
      'one emoji too many',
      { island: tensor('island', 'BYTES', ['a', '🏝'.repeat(32_769)]) },
      'row 1: island is a text of 32769 characters',
    ],
    ['-1 as UINT8', { mass: tensor('mass', 'UINT8', [-1, 1]) }, 'mass, row 0: -1 is no value of UINT8'],
    ['1e39 as FP32', { area: tensor('area', 'FP32', [1, 1e39]) }, 'area, row 1: 1e+39 is no value of FP32'],
    [
      'a control character',
      { island: tensor('island', 'BYTES', ['a', '\u001b[2J']) },
      'row 1: island is a text of 4',
    ],
    [
      'half a character',
      { island: tensor('island', 'BYTES', ['a', '\ud83d']) },
      'row 1: island is a text of 1',
    ],
    ['NUL in a text', { island: tensor('island', 'BYTES', ['a', '\0']) }, 'row 1: island is a text of 1'],
    ['a number for a text', { island: tensor('island', 'BYTES', ['a', 5]) }, 'row 1: island is 5'],
    ['a text as INT64', { island: tensor('island', 'INT64', [1, 2]) }, 'has datatype INT64, expected BYTES'],
    ['a number as BYTES', { mass: tensor('mass', 'BYTES', ['1', '2']) }, 'has datatype BYTES, expected FP32'],
    ['1e39 for a float32', { mass: tensor('mass', 'FP64', [1e39, 1]) }, 'row 0: mass is 1e+39'],
    ['1e309 for a float64', { area: tensor('area', 'FP64', [Infinity, 1]) }, 'row 0: area is Infinity'],
    ['fewer rows', { mass: tensor('mass', 'FP32', [1]) }, 'has 2 rows, but mass has 1'],
    ['two columns', { mass: tensor('mass', 'FP32', [1, 2, 3, 4], [2, 2]) }, 'input mass has shape [2, 2]'],
    ['a list', { island: tensor('island', 'BYTES', ['a', { b: 1 }]) }, 'row 1: island is {"b":1}'],
  ])('refuse %s, and name it', (_what, change, text) => {
    expect(() => read(change)).toThrow(text);
  });

  it('take texts up to their limit, of any characters, with line breaks and tabs', () => {
    for (const text of ['🏝'.repeat(32_768), 'ü'.repeat(32_768), 'a\tb\r\nc', ''])
      expect(read({ island: tensor('island', 'BYTES', ['a', text]) }).values).toContain(text);
  });

  it('refuse one tensor when an input is a text, and list the inputs', () => {
    const matrix = [tensor('features', 'FP32', [1, 2, 3, 4, 5], [1, 5])];
    expect(() => rowsOf(matrix, layout)).toThrow(
      'inputs mass, area, rooms, adult, island are missing; inputs features are unknown; expected one input for each of',
    );
  });
});

describe('numbers of several types', () => {
  it('may come as one tensor, in which a bool is 0 or 1', () => {
    const { values, batch } = rowsOf([tensor('features', 'FP32', [3, 1, null, 0], [2, 2])], mixed);
    expect(values).toEqual([3, true, null, false]);
    expect(batch).toEqual({ rows: 2, dense: Float32Array.of(3, 1, NaN, 0) });
  });

  it.each([
    ['half a room', [3.5, 1], 'rooms is 3.5'],
    ['two for a bool', [3, 2], 'adult is 2'],
    ['null where none may be', [3, null], 'adult is null'],
  ])('refuse %s', (_what, data, text) => {
    expect(() => rowsOf([tensor('features', 'FP32', data, [1, 2])], mixed)).toThrow(text);
  });
});

describe('plain numbers', () => {
  it('take booleans as 0 and 1, as they always did', () => {
    expect(rowsOf([tensor('features', 'BOOL', [true, null], [1, 2])], numeric).batch).toEqual({
      rows: 1,
      dense: Float32Array.of(1, NaN),
    });
  });

  it.each<[string, string, number[], string]>([
    [
      '-1 as UINT8',
      'UINT8',
      [0, -1],
      'b, row 0: -1 is no value of UINT8, expected a whole number from 0 to 255',
    ],
    ['1.5 as UINT8', 'UINT8', [1.5, 0], 'a, row 0: 1.5 is no value of UINT8'],
    ['256 as UINT8', 'UINT8', [256, 0], 'a, row 0: 256'],
    ['-129 as INT8', 'INT8', [-129, 0], 'from -128 to 127'],
    ['70000 as INT16', 'INT16', [0, 70_000], 'b, row 0: 70000'],
    ['2^31 as INT32', 'INT32', [2 ** 31, 0], 'from -2147483648 to 2147483647'],
    ['2^63 as INT64', 'INT64', [2 ** 63, 0], 'from -9223372036854775808 to 9223372036854775807'],
    ['2^64 as UINT64', 'UINT64', [2 ** 64, 0], 'to 18446744073709551615'],
    ['2 as BOOL', 'BOOL', [2, 0], 'expected true, false, 1 or 0'],
    ['infinity as INT64', 'INT64', [Infinity, 0], 'a, row 0: Infinity'],
  ])('refuse %s in one tensor and in one for each feature', (_what, datatype, data, text) => {
    expect(() => rowsOf([tensor('features', datatype, data, [1, 2])], numeric)).toThrow(text);
    const columns = [tensor('a', datatype, data.slice(0, 1)), tensor('b', datatype, data.slice(1))];
    expect(() => rowsOf(columns, numeric)).toThrow(text);
  });

  it('take the ends of each datatype', () => {
    const read = (datatype: string, data: unknown[]) =>
      rowsOf([tensor('features', datatype, data, [1, 2])], numeric).values;
    expect(read('UINT8', [0, 255])).toEqual([0, 255]);
    expect(read('INT64', [-(2 ** 63), 2 ** 62])).toEqual([-(2 ** 63), 2 ** 62]);
    expect(read('INT32', [null, -1])).toEqual([null, -1]);
  });

  it.each<[string, unknown[], number[], string]>([
    ['ragged rows', [[1], [2, 3, 4]], [2, 2], 'row 0 with 1 values, but its shape is [2, 2]'],
    ['rows of the wrong number', [[1, 2]], [2, 2], '1 rows, but its shape is [2, 2]'],
    [
      'columns for rows',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [2, 3],
      '3 rows, but its shape is [2, 3]',
    ],
    ['a number among rows', [[1, 2], 3], [2, 2], 'row 1 with 3'],
    ['a list in flat data', [1, [2]], [1, 2], 'b, row 0: [2] is not a number'],
    ['three levels', [[[1], 2]], [1, 2], 'a, row 0: [1] is not a number'],
    ['nested data in a flat shape', [[1, 2]], [2], 'its shape is [2]'],
  ])('refuse %s', (_what, data, shape, text) => {
    expect(() => rowsOf([tensor('features', 'FP32', data, shape)], numeric)).toThrow(text);
  });

  it('refuse the same input twice, and more inputs than features', () => {
    const [a, b] = [tensor('a', 'FP32', [1]), tensor('b', 'FP32', [2])];
    expect(() => rowsOf([a, b, a], numeric)).toThrow('input a is there twice');
    expect(() =>
      rowsOf(
        [tensor('features', 'FP32', [1, 2], [1, 2]), tensor('features', 'FP32', [1, 2], [1, 2])],
        numeric,
      ),
    ).toThrow('input features is there twice');
    const many = Array.from({ length: 100_000 }, (_, n) => tensor(`x${n}`, 'FP32', [1]));
    expect(() => rowsOf([a, b, ...many], numeric)).toThrow('x19 and 99980 more are unknown');
  });

  it.each([
    ['1e39', 1e39],
    ['a number beyond every float', Infinity],
  ])('refuse %s, which no 32-bit float holds', (_what, value) => {
    expect(() => rowsOf([tensor('features', 'FP32', [1, value], [1, 2])], numeric)).toThrow(
      'b, row 0: ' + String(value),
    );
  });
});
