import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { MainspringError } from '../../operations/errors.js';
import { codeFiles } from '../spec/code-files.js';

/**
 * Pack a folder into an archive whose bytes depend only on names, contents and executable bits. Machine, user, clock
 * and directory order do not matter, so that equal code has an equal digest.
 *
 * @param use gets the archive's path; the file is removed afterwards
 */
export async function withArchive<T>(folder: string, use: (archive: string) => Promise<T>): Promise<T> {
  const files = await codeFiles(folder);
  if (files.length === 0)
    throw new MainspringError(
      'refused',
      `code folder ${folder} is empty`,
      'training.code names the folder with the trainer; byte code and virtual environments do not count.',
    );
  const scratch = await mkdtemp(join(tmpdir(), 'mainspring-pack-'));
  const archive = join(scratch, 'code.tar.gz');
  try {
    await create(
      { gzip: true, portable: true, follow: true, mtime: new Date(0), cwd: folder, file: archive },
      files,
    );
    return await use(archive);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
