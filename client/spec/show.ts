/** Characters of a value that a message shows. */
const MOST = 60;

const cut = (text: string): string => (text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`);

/** Stands before a number that JSON would write as null. */
const MARK = '\u0000';
const MARKED = /"\\u0000(NaN|-?Infinity)"/g;

/** A value as JSON, with NaN and Infinity by their names. */
const asJson = (value: unknown): string =>
  (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' && !Number.isFinite(inner) ? `${MARK}${inner}` : inner,
    ) ?? 'undefined'
  ).replaceAll(MARKED, '$1');

/**
 * A value as a message shows it.
 *
 * @param written a number as the file has it, e.g. `0x10`; left out if that is not known
 */
export function show(value: unknown, written?: string): string {
  const json = asJson(value);
  return written === undefined || written === json ? cut(json) : `${cut(written)} (${cut(json)})`;
}
