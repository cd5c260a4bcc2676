import { expect, it } from 'vitest';
import { newColumn, setValue } from '../../../contracts/feature-batch.js';

it.each(['int64', 'bool'] as const)('null is no value of a column of %s without missing values', (type) => {
  const strict = newColumn({ name: 'x', type, nullable: false }, 2);
  expect(() => setValue(strict, 1, null)).toThrow(
    /row 1 is null in a column of .*Array, which has no missing values/,
  );
  const tolerant = newColumn({ name: 'x', type, nullable: true }, 1);
  setValue(tolerant, 0, null);
  expect(tolerant[0]).toBeNaN();
});
