/** Classes of DuckDB types, by their names. A list of numbers, `DOUBLE[]`, is no number. */

const WHOLE = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;

export const isWhole = (type: string | undefined): boolean => WHOLE.test(type ?? '');

export const isDecimal = (type: string | undefined): boolean => /^DECIMAL(\(\d+,\s*\d+\))?$/.test(type ?? '');

/** True for types that can hold NaN. */
export const isFloat = (type: string | undefined): boolean => /^(FLOAT|DOUBLE)$/.test(type ?? '');

export const isNumeric = (type: string | undefined): boolean =>
  isWhole(type) || isFloat(type) || isDecimal(type);

export const isString = (type: string | undefined): boolean => /^(VARCHAR|ENUM\(.*\))$/s.test(type ?? '');

/** True for types whose values are instants or dates. */
export const isTemporal = (type: string | undefined): boolean =>
  /^(TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?|DATE)$/.test(type ?? '');

/** True for types whose smallest and largest values are shown. */
export const isOrdered = (type: string | undefined): boolean =>
  isNumeric(type) || isTemporal(type) || /^(VARCHAR|BOOLEAN|TIME)$/.test(type ?? '');
