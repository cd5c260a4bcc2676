import { closest, distance } from 'fastest-levenshtein';

/** Columns that a message lists. */
const MOST = 50;

/** Names of columns for a message. */
export const listed = (names: readonly string[]): string =>
  names.length <= MOST
    ? names.join(', ')
    : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;

/** Message for a column that a source lacks, with the columns that it has. */
export function missingColumn(source: string, name: string, existing: string[]): string {
  const near = existing.length === 0 ? '' : closest(name, existing);
  const alike = existing.find((other) => other.toLowerCase() === name.toLowerCase());
  const hint =
    alike !== undefined
      ? `: it has "${alike}", which differs in case. Write it so.`
      : near !== '' && distance(near, name) <= 2
        ? `; did you mean "${near}"?`
        : '';
  return `source ${source} has no column "${name}"${hint} It has ${listed(existing)}: correct the name, or deliver the column`;
}
