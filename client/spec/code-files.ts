import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { MainspringError } from '../../operations/errors.js';

/** Files of editors, test runners and interpreters. They are not code, and they differ between machines. */
const EXCLUDED = new Set([
  '__pycache__',
  '.venv',
  'venv',
  '.git',
  'node_modules',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '.DS_Store',
]);
const isExcluded = (name: string): boolean =>
  EXCLUDED.has(name) || name.endsWith('.pyc') || name.startsWith('.#');

/** Limits of a code folder, checked while it is walked. A larger one usually contains data by mistake. */
export const codeLimits = { bytes: 200 * 2 ** 20, files: 20_000, depth: 64 };

const KEEP_DATA_OUT = 'Declare data under data.sources and keep it out of training.code.';
const COPY = 'Put a copy of the file or folder in its place.';

const refused = (message: string, remedy: string): MainspringError =>
  new MainspringError('refused', message, remedy);

/**
 * Where a symbolic link leads.
 *
 * @throws MainspringError `refused` if that is nowhere, outside the folder, or a folder above the link, which has no end
 */
async function followed(path: string, parent: string, root: string): Promise<void> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) throw refused(`${path} is a symbolic link that leads nowhere`, COPY);
  if (target !== root && !target.startsWith(root + sep))
    throw refused(`${path} is a symbolic link to ${target}, outside the code folder ${root}`, COPY);
  if (parent === target || parent.startsWith(target + sep))
    throw refused(`${path} is a symbolic link to ${target}, a folder above it: the folder has no end`, COPY);
}

const special = (info: Pick<Dirent, 'isFIFO' | 'isSocket'>): string =>
  info.isFIFO() ? 'a fifo' : info.isSocket() ? 'a socket' : 'a device';

/**
 * Files of a code folder that go into its archive, as sorted POSIX paths.
 *
 * @throws MainspringError `refused` naming the path that cannot be packed, or the limit that is passed
 */
export async function codeFiles(folder: string): Promise<string[]> {
  const root = await realpath(folder);
  const files: string[] = [];
  let bytes = 0;

  async function walk(directory: string, inside: string, depth: number): Promise<void> {
    if (depth > codeLimits.depth)
      throw refused(`${directory} lies deeper than ${codeLimits.depth} folders`, COPY);
    const real = await realpath(directory);
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (isExcluded(entry.name)) continue;
      const path = join(directory, entry.name);
      const name = posix.join(inside, entry.name);
      if (entry.isSymbolicLink()) await followed(path, real, root);
      const info = await stat(path);
      if (info.isDirectory()) {
        await walk(path, name, depth + 1);
        continue;
      }
      if (!info.isFile())
        throw refused(`${path} is ${special(info)}, not a file or folder`, 'Remove it from training.code.');
      files.push(name);
      bytes += info.size;
      if (files.length > codeLimits.files)
        throw refused(
          `code folder ${folder} holds more than ${codeLimits.files.toLocaleString('en')} files`,
          KEEP_DATA_OUT,
        );
      if (bytes > codeLimits.bytes)
        throw refused(
          `code folder ${folder} holds more than the ${codeLimits.bytes / 2 ** 20} MiB that are allowed: ${path} is beyond them`,
          KEEP_DATA_OUT,
        );
    }
  }
  await walk(root, '', 0);
  // Sorted by code unit, because the order is part of the digest and must not depend on a locale.
  return files.sort((a, b) => (a < b ? -1 : 1));
}
