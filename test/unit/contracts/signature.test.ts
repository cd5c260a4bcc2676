import { describe, expect, it } from 'vitest';
import {
  type SignatureInput,
  featureTypeOf,
  fitsOneTensor,
  misfit,
  numericSignature,
} from '../../../contracts/signature.js';

describe('a signature', () => {
  it('defaults to nullable float32 inputs and a binary output', () => {
    expect(numericSignature(['a', 'b'])).toEqual({
      inputs: [
        { name: 'a', type: 'float32', nullable: true },
        { name: 'b', type: 'float32', nullable: true },
      ],
      outputs: [{ name: 'probabilities', type: 'float32', width: 2 }],
    });
  });

  it.each([
    ['FLOAT', 'float32'],
    ['DOUBLE', 'float64'],
    ['DECIMAL(18,3)', 'float64'],
    ['TINYINT', 'int64'],
    ['UBIGINT', 'int64'],
    ['HUGEINT', 'int64'],
    ['BOOLEAN', 'bool'],
    ['VARCHAR', 'string'],
    ["ENUM('a', 'b')", 'string'],
    ['TIMESTAMP', undefined],
    ['INTEGER[]', undefined],
    ['BLOB', undefined],
  ] as const)('takes a column of DuckDB type %s as %s', (sql, type) => {
    expect(featureTypeOf(sql)).toBe(type);
  });

  it('allows the single tensor unless an input is a string', () => {
    const input = (type: SignatureInput['type']): SignatureInput => ({ name: type, type, nullable: false });
    expect(fitsOneTensor([input('float64'), input('bool'), input('int64')])).toBe(true);
    expect(fitsOneTensor([input('float32'), input('string')])).toBe(false);
  });

  it.each([
    ['float32', false, 1.5, undefined],
    ['float64', true, null, undefined],
    ['int64', false, 3, undefined],
    ['int64', false, 3.5, 'x is 3.5, expected a whole number of at most 2^53 − 1'],
    ['int64', false, 2 ** 53, 'x is 9007199254740992, expected a whole number of at most 2^53 − 1'],
    ['int64', false, null, 'x is null, expected a whole number of at most 2^53 − 1'],
    ['bool', false, 1, 'x is 1, expected true or false'],
    ['bool', true, null, undefined],
    ['string', false, null, undefined],
    ['string', false, 7, 'x is 7, expected a text'],
    ['float32', true, 'seven', 'x is "seven", expected a number or null'],
  ] as const)('says whether a %s (nullable: %s) takes %j', (type, nullable, value, message) => {
    expect(misfit({ name: 'x', type, nullable }, value)).toBe(message);
  });
});
