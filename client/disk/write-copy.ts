import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFiles } from './file-failure.js';

/**
 * Checks the folder of a file to write, before the work whose result it gets.
 *
 * @throws MainspringError `not-found`
 */
export async function refuseMissingFolder(path: string): Promise<void> {
  const folder = dirname(path);
  await withFiles(() => access(folder), folder);
}

/** Writes the content of a read-only local copy to a file, which stays writable: the next report may replace it. */
export async function writeCopy(copy: string, path: string): Promise<void> {
  const content = await withFiles(() => readFile(copy));
  await withFiles(() => writeFile(path, content), path);
}
