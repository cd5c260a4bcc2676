/** Most characters of one text feature, in the tables of a training and in a request. */
export const MAX_FEATURE_TEXT = 32_768;

/** The characters that no text feature has, for error messages. */
export const NO_CONTROL = 'no control characters but line breaks and tabs';
