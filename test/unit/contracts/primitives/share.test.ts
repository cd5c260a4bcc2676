import { expect, it } from 'vitest';
import { Fraction, fractionOf } from '../../../../contracts/primitives/share.js';

it.each([
  ['5%', 0.05],
  ['0%', 0],
  ['100%', 1],
  [0.25, 0.25],
])('%j is a share', (value, share) => {
  expect(fractionOf(Fraction.parse(value))).toBe(share);
});

it.each([5, -0.1, NaN, Infinity, '5', ' 5%', '5 %', '0x5%', '101%', '+5%'])(
  '%j is none, and the message states both forms',
  (value) => {
    const [issue] = Fraction.safeParse(value).error?.issues ?? [];
    expect(issue?.message).toBe('a percentage such as 5% or a number from 0 to 1');
  },
);
