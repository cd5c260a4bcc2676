import { describe, expect, it } from 'vitest';
import { type SignatureInput, numericSignature } from '../../../../contracts/signature.js';
import { layoutOf, relaid, sameLayout, translate } from '../../../../serving/features/layout.js';

const inputs: SignatureInput[] = [
  { name: 'rooms', type: 'int64', nullable: false },
  { name: 'adult', type: 'bool', nullable: false },
];
const before = layoutOf(numericSignature(['adult', 'rooms', 'gone']).inputs, true);

describe('rows for a candidate that takes other inputs than the champion', () => {
  it('are matched by name and type', () => {
    const to = layoutOf(inputs, false);
    expect(translate([1, 3, 9, 0, 4, 9], 2, { from: before, to })).toEqual({
      rows: 2,
      columns: [BigInt64Array.of(3n, 4n), Uint8Array.of(1, 0)],
    });
  });

  it('cannot be made when a feature is missing or does not fit', () => {
    const wanted = layoutOf([{ name: 'new', type: 'float32', nullable: true }], true);
    expect(() => translate([1, 3, 9], 1, { from: before, to: wanted })).toThrow('feature new is not among');
    const to = layoutOf(inputs, false);
    expect(() => translate([1, 2.5, 9], 1, { from: before, to })).toThrow('rooms is 2.5');
  });

  it('need no change when both take one tensor of the same features', () => {
    const plain = layoutOf(numericSignature(['rooms', 'adult']).inputs, true);
    expect(sameLayout(plain, layoutOf(inputs, true))).toBe(true);
    expect(sameLayout(plain, layoutOf(inputs, false))).toBe(false);
    expect(sameLayout(plain, before)).toBe(false);
  });

  it('are logged by the candidate, in its order and of its types', () => {
    const to = layoutOf(inputs, true);
    expect(relaid(before, to)?.([1, 3, 9])).toEqual([3, true]);
    expect(relaid(to, before)?.([3, true])).toEqual([1, 3, null]);
    // Fed as they are, and yet logged otherwise: 0 and 1 are no booleans.
    const plain = layoutOf(numericSignature(['rooms', 'adult']).inputs, true);
    expect(relaid(plain, to)?.([3, 0])).toEqual([3, false]);
    expect(relaid(to, layoutOf(inputs, false))).toBeUndefined();
  });
});
