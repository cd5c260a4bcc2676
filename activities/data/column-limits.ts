import { FailureType, type MainspringFailure, fail } from '../../contracts/failures.js';

/** Most columns of one table, and of all sources together. */
export const MAX_COLUMNS = 15_000;

/** Most characters of the names of all columns of one table: they travel in the messages of a run. */
export const MAX_NAME_CHARACTERS = 300_000;

/** The failure of a table that has too many columns; undefined if it has not. */
export function tooWide(table: string, names: readonly string[]): MainspringFailure | undefined {
  const characters = names.reduce((sum, name) => sum + name.length, 0);
  const found =
    names.length > MAX_COLUMNS
      ? `${names.length.toLocaleString('en')} columns, and at most ${MAX_COLUMNS.toLocaleString('en')} are read`
      : characters > MAX_NAME_CHARACTERS
        ? `column names of ${characters.toLocaleString('en')} characters together, and at most ${MAX_NAME_CHARACTERS.toLocaleString('en')} are read`
        : undefined;
  return found === undefined
    ? undefined
    : fail(FailureType.DataTooLarge, `${table} has ${found}`, {
        remedy: 'Leave out columns that the model does not need, or store them as rows or lists.',
      });
}

/** The failure of a file with two columns that SQL does not tell apart; undefined if all differ. */
export function sameColumns(location: string, names: readonly string[]): MainspringFailure | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined && name !== '')
      return fail(
        FailureType.SourceUnreadable,
        earlier === name
          ? `${location} has two columns "${name}"`
          : `${location} has the columns "${earlier}" and "${name}", which differ in case only, and SQL does not tell them apart`,
        { remedy: 'Rename one of them in the file.' },
      );
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}
