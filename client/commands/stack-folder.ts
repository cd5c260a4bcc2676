import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MainspringError } from '../../operations/errors.js';

/** Files that a stack writes first: either of them says that a folder is, or was, one of a stack. */
const RECORDS = ['stack.json', 'stack.lock'];

/**
 * The folder of a local stack, as a full path.
 *
 * @throws MainspringError `not-found` if no stack was ever started there
 */
export function stackFolder(directory: string): string {
  const folder = resolve(directory);
  if (directory !== '' && RECORDS.some((name) => existsSync(join(folder, name)))) return folder;
  throw new MainspringError(
    'not-found',
    `there is no local stack in ${directory === '' ? '""' : folder}`,
    'Name the folder of the stack: --data-dir DIR. `mainspring up` starts a stack.',
  );
}
