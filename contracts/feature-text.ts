/** Most characters of one text feature, in the tables of a training and in a request. */
export const MAX_FEATURE_TEXT = 32_768;

/** The characters that no text feature has, for error messages. */
export const NO_CONTROL = 'no control characters but line breaks and tabs';

/**
 * Regular expression of RE2, which DuckDB uses: the characters that the gateway refuses in a text feature. It has the same
 * characters as `badText`, without carriage return.
 */
export const CONTROL = '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{80}-\\x{9f}]';
