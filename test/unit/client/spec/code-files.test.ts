import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeFiles } from '../../../../client/spec/code-files.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mainspring-code-'));
  folder = join(root, 'trainer');
  await mkdir(join(folder, 'lib'), { recursive: true });
  await writeFile(join(folder, 'train.py'), 'print(1)');
  await writeFile(join(folder, 'lib/a.py'), 'a');
  await writeFile(join(root, 'secret.txt'), 'secret');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a code folder', () => {
  it('may have links to its own files and folders', async () => {
    await symlink('train.py', join(folder, 'again.py'));
    await symlink('lib', join(folder, 'more'));
    expect(await codeFiles(folder)).toEqual(['again.py', 'lib/a.py', 'more/a.py', 'train.py']);
  });

  it.each<[string, string, string, string]>([
    ['to itself', '.', 'a', 'the folder has no end'],
    ['to a folder above', '..', 'lib/up', 'the folder has no end'],
    ['to the folder above the code', '..', 'a', 'outside the code folder'],
    ['to a file outside', '../secret.txt', 'a', 'outside the code folder'],
    ['to an absolute path', '/etc', 'a', 'outside the code folder'],
    ['to nowhere', 'gone', 'a', 'leads nowhere'],
    ['that is a circle', 'a', 'a', 'leads nowhere'],
  ])('with a link %s is refused at once, with its path', async (_, target, name, reason) => {
    await symlink(target, join(folder, name));
    await expect(codeFiles(folder)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(new RegExp(`/trainer/${name} is .*${reason}`)) as string,
    });
  });

  it('with two folders that link to each other ends', async () => {
    await mkdir(join(folder, 'one'));
    await mkdir(join(folder, 'two'));
    await symlink('../two', join(folder, 'one/two'));
    await symlink('../one', join(folder, 'two/one'));
    await expect(codeFiles(folder)).rejects.toMatchObject({ kind: 'refused' });
  });

  it('with a fifo is refused at once, with its path', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(codeFiles(folder)).rejects.toThrow(/trainer\/pipe is a fifo/);
  });

  it('that is too large is refused with the limit', async () => {
    const file = await open(join(folder, 'data.bin'), 'w');
    await file.truncate(300 * 2 ** 20);
    await file.close();
    await expect(codeFiles(folder)).rejects.toThrow('more than the 200 MiB that are allowed');
  });
});
