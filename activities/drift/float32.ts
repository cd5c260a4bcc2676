import { LARGEST_FLOAT32 } from '../../contracts/primitives/float32.js';

/** SQL condition of a number that a 32-bit float can hold: it is finite and not too large. */
export const isFloat32 = (value: string): string => `(abs(${value}) <= ${LARGEST_FLOAT32}::double)`;

/**
 * SQL expression of a number as the 32-bit float that a model sees. A number beyond the range of 32-bit floats becomes the
 * largest of them, because a plain cast would end the query. Null stays null, NaN stays NaN.
 *
 * @param value SQL expression of a number
 */
export const asFloat32 = (value: string): string =>
  `coalesce(try_cast(${value} as float), (sign(${value}) * ${LARGEST_FLOAT32}::double)::float)`;
