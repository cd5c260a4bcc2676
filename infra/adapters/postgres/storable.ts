const NUL = /\u0000/g;
/** `JSON.stringify` escapes these two only when they are no part of a character. */
const ESCAPED = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;
const IS_JSON = /^[{["]/;

/**
 * A parameter of a statement as PostgreSQL takes it. It stores no NUL, and no half of a surrogate pair in JSON; both become
 * U+FFFD. Doors refuse them; this is for texts that no door has seen, such as the last lines of a trainer's log: a record that can
 * never be written would be tried for ever.
 */
export function storable(parameter: unknown): unknown {
  if (Array.isArray(parameter)) return parameter.map(storable);
  if (typeof parameter !== 'string') return parameter;
  const text = parameter.replaceAll(NUL, '\uFFFD');
  return IS_JSON.test(text) ? text.replaceAll(ESCAPED, '$1\\ufffd') : text;
}
