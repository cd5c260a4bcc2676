import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative, sep } from 'node:path';
import { create } from 'tar';
import { MainspringError } from '../errors.js';

/** What editors, test runners and interpreters leave behind: not code, and different on every machine. */
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
const isExcluded = (name: string): boolean => EXCLUDED.has(name) || name.endsWith('.pyc');

/** Code, not data: a folder above this is a mistake, such as a data set beside the trainer. */
const MAX_CODE_BYTES = 200 * 2 ** 20;

/** Files below a folder that belong into its archive, as sorted POSIX paths. */
export async function codeFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter((entry) => !isExcluded(entry.name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        const info = await stat(path).catch(() => undefined);
        if (info?.isDirectory()) return (await codeFiles(path)).map((inner) => posix.join(entry.name, inner));
        return info?.isFile() ? [entry.name] : [];
      }),
  );
  // By code unit, not by locale: the order is part of the digest.
  return nested.flat().sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Pack a folder into one archive that depends on names, contents and executable bits only – not on the machine, its user,
 * the clock or the order of a directory – so that equal code has an equal digest.
 *
 * @param use gets the archive's path; the file is gone afterwards
 */
export async function withArchive<T>(folder: string, use: (archive: string) => Promise<T>): Promise<T> {
  const files = await codeFiles(folder);
  if (files.length === 0)
    throw new MainspringError(
      'refused',
      `code folder ${folder} is empty`,
      'training.code names the folder with the trainer; byte code and virtual environments do not count.',
    );
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_CODE_BYTES)
    throw new MainspringError(
      'refused',
      `code folder ${folder} holds ${Math.round(bytes / 2 ** 20)} MiB, allowed are ${MAX_CODE_BYTES / 2 ** 20} MiB`,
      'Declare data under data.sources and keep it out of training.code.',
    );
  const scratch = await mkdtemp(join(tmpdir(), 'mainspring-pack-'));
  const archive = join(scratch, 'code.tar.gz');
  try {
    await create(
      { gzip: true, portable: true, follow: true, mtime: new Date(0), cwd: folder, file: archive },
      files.map((file) => relative(folder, join(folder, file)).split(sep).join(posix.sep)),
    );
    return await use(archive);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
