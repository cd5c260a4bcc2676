import { isFloat } from '../sql-types.js';
import { quoted } from '../sql-text.js';

/** A column of the checked source. */
export const column = (name: string): string => `s.${quoted(name)}`;

/** SQL condition of a missing value: null, or NaN, which pandas writes for null. */
export const isMissing = (name: string, type: string | undefined): string =>
  isFloat(type) ? `(${column(name)} IS NULL OR isnan(${column(name)}))` : `${column(name)} IS NULL`;
