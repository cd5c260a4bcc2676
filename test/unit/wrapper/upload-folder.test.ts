import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anArtifact } from '../../support/fixtures.js';
import { folderLimits, uploadFolder } from '../../../wrapper/upload-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-upload-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stored: string[] = [];
const store = {
  putFile: async (path: string) => {
    stored.push(await readFile(path, 'utf8'));
    return anArtifact(path);
  },
};

describe('a folder of a trainer', () => {
  it('is stored file by file', async () => {
    stored.length = 0;
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await writeFile(join(folder, 'a/b/c.txt'), 'deep');
    await writeFile(join(folder, 'model.onnx'), 'model');
    expect(Object.keys(await uploadFolder(store, folder))).toEqual(['a/b/c.txt', 'model.onnx']);
    expect(stored).toEqual(['deep', 'model']);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a link to a file', () => symlink('/etc/passwd', join(folder, 'x')), 'x is a symbolic link'],
    ['a link to the folder', () => symlink('.', join(folder, 'x')), 'x is a symbolic link'],
    ['a link to a link', () => symlink('x', join(folder, 'x')), 'x is a symbolic link'],
    ['a fifo', async () => execFileSync('mkfifo', [join(folder, 'x')]), 'x is a fifo'],
    [
      'a name with an escape sequence',
      () => writeFile(join(folder, 'x\u001b[2J'), ''),
      'a file whose name has the control',
    ],
    [
      'a name with a line break',
      () => writeFile(join(folder, 'x\ny'), ''),
      'a file whose name has a line break',
    ],
  ])('with %s is refused by name', async (_, make, reason) => {
    await writeFile(join(folder, 'model.onnx'), 'model');
    await make();
    await expect(uploadFolder(store, folder)).rejects.toThrow(reason);
  });

  it('that is itself a link is refused', async () => {
    const link = `${folder}-link`;
    await symlink('/etc', link);
    await expect(uploadFolder(store, link)).rejects.toThrow('is a symbolic link');
    await rm(link);
  });

  it('that is too deep is refused', async () => {
    await mkdir(join(folder, 'd/'.repeat(folderLimits.depth + 2)), { recursive: true });
    await expect(uploadFolder(store, folder)).rejects.toThrow('lies deeper than 32 folders');
  });
});
