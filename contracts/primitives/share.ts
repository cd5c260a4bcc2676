import { z } from 'zod';
import { unionByType } from '../chosen-union.js';

const RULE = 'a percentage such as 5% or a number from 0 to 1';

/** A share of a whole: `5%` or a number from 0 to 1. */
export const Fraction = unionByType(
  ['number', 'string'],
  [
    z.number(RULE).min(0, RULE).max(1, RULE),
    z.string().regex(/^(100(\.0{1,9})?|\d{1,2}(\.\d{1,9})?)%$/, RULE),
  ],
);

/** A `Fraction` as a number from 0 to 1. */
export const fractionOf = (value: string | number): number =>
  typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100;
