import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withArchive } from '../../../../client/pack/archive.js';
import { codeFiles } from '../../../../client/spec/code-files.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mainspring-archive-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function folder(name: string, files: [string, string][]): Promise<string> {
  const path = join(root, name);
  for (const [file, text] of files) {
    await mkdir(join(path, file, '..'), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}
const digest = (path: string) =>
  withArchive(path, async (archive) =>
    createHash('sha256')
      .update(await readFile(archive))
      .digest('hex'),
  );

const files: [string, string][] = [
  ['train.py', 'print(1)'],
  ['lib/b.py', 'b'],
  ['lib/a.py', 'a'],
  ['Z.py', 'z'],
];

describe('the archive of a trainer', () => {
  it('is the same for the same code, whatever the order, the clock, the folder and the caches beside it', async () => {
    const first = await folder('first', files);
    const second = await folder('elsewhere/second', [
      ...files.toReversed(),
      ['__pycache__/train.pyc', 'x'],
      ['lib/__pycache__/a.pyc', 'x'],
      ['.venv/bin/python', 'x'],
      ['old.pyc', 'x'],
    ]);
    await utimes(join(second, 'train.py'), new Date(0), new Date('2020-01-01'));
    expect(await digest(second)).toBe(await digest(first));
  });

  it('changes with a byte, a name or the executable bit', async () => {
    const path = await folder('changing', files);
    const seen = [await digest(path)];
    await writeFile(join(path, 'train.py'), 'print(2)');
    seen.push(await digest(path));
    await writeFile(join(path, 'more.py'), '');
    seen.push(await digest(path));
    await chmod(join(path, 'train.py'), 0o755);
    seen.push(await digest(path));
    expect(new Set(seen).size).toBe(4);
  });

  it('has its files at the root, in the order of their names, and is gone afterwards', async () => {
    const path = await folder('order', files);
    const names: string[] = [];
    const archive = await withArchive(path, async (file) => {
      await list({ file, onReadEntry: (entry) => names.push(entry.path) });
      return file;
    });
    expect(names).toEqual(['Z.py', 'lib/a.py', 'lib/b.py', 'train.py']);
    expect(await codeFiles(path)).toEqual(names);
    await expect(stat(archive)).rejects.toThrow();
  });

  it('is refused when the folder holds no code', async () => {
    const path = await folder('empty', [['__pycache__/x.pyc', 'x']]);
    await expect(digest(path)).rejects.toMatchObject({ kind: 'refused' });
  });
});
