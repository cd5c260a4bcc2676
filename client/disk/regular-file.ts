import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { MainspringError } from '../../operations/errors.js';
import { withFiles } from './file-failure.js';

/**
 * Facts of a file, which may be read to its end. Reading a pipe or a device would not end.
 *
 * @throws MainspringError `not-found` for a path without a file, or with something else than a file
 */
export async function regularFile(path: string): Promise<Stats> {
  const info = await withFiles(() => stat(path), path);
  if (info.isFile()) return info;
  throw new MainspringError(
    'not-found',
    `${path} cannot be used: it is ${info.isDirectory() ? 'a folder' : 'a pipe or a device'}, not a regular file`,
    'Name a file.',
  );
}
