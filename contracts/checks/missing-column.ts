import { closest, distance } from 'fastest-levenshtein';

/** Columns that a message lists. */
const MOST = 50;

/** Names of columns for a message. */
export const listed = (names: readonly string[]): string =>
  names.length <= MOST
    ? names.join(', ')
    : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;

/** A column that could be meant by a name that is not there, after the name in a sentence; empty if none is near. */
export function hintOn(name: string, existing: readonly string[]): string {
  const alike = existing.find((other) => other.toLowerCase() === name.toLowerCase());
  if (alike !== undefined) return ` (there is "${alike}", which differs in case: write it so)`;
  const near = existing.length === 0 ? '' : closest(name, existing);
  // Two letters of three are another name.
  const most = Math.min(2, Math.floor(name.length / 2));
  return near !== '' && distance(near, name) <= most ? ` (did you mean "${near}"?)` : '';
}

/** Message for a column that a source lacks, with the columns that it has. */
export const missingColumn = (source: string, name: string, existing: string[]): string =>
  `source ${source} has no column "${name}"${hintOn(name, existing)}. It has ${listed(existing)}: correct the name, or deliver the column`;
