import { mkdtemp, readFile, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepBundle, keepFiles } from '../../../infra/keep-bundle.js';

let root: string;
let folder: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'mainspring-bundles-'))));
beforeEach(async () => (folder = await mkdtemp(join(root, 'case-'))));
afterAll(() => rm(root, { recursive: true }));

describe('compiled code', () => {
  it('is kept in a folder of its own, so that a running program never loses what it was started with', async () => {
    const first = await keepBundle(folder, { 'main.mjs': '1' });
    const second = await keepBundle(folder, { 'main.mjs': '2' });
    expect(second).not.toBe(first);
    expect(await readFile(join(first, 'main.mjs'), 'utf8')).toBe('1');
    expect(await keepBundle(folder, { 'main.mjs': '1' })).toBe(first);
  });

  it('is another one when the same text is in a file of another name', async () => {
    expect(await keepBundle(folder, { a: '1' })).not.toBe(await keepBundle(folder, { b: '1' }));
  });

  it('is whole when many processes compile it at once, and leaves no draft', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}.mjs`, 'x'.repeat(100_000)]));
    const paths = await Promise.all(Array.from({ length: 10 }, () => keepBundle(folder, files)));
    expect(new Set(paths).size).toBe(1);
    expect(await readdir(paths[0] ?? '')).toHaveLength(20);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is made once for a name, and again after it was deleted', async () => {
    const make = vi.fn(() => ({ 'workflows.js': 'x' }));
    await keepFiles(folder, 'digest', make);
    await keepFiles(folder, 'digest', make);
    expect(make).toHaveBeenCalledTimes(1);
    await rm(join(folder, 'digest'), { recursive: true });
    await keepFiles(folder, 'digest', make);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('goes when nobody asked for it in thirty days', async () => {
    const old = await keepBundle(folder, { 'main.mjs': 'old' });
    const used = await keepBundle(folder, { 'main.mjs': 'used' });
    const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
    await utimes(old, longAgo, longAgo);
    await utimes(used, longAgo, longAgo);
    await keepBundle(folder, { 'main.mjs': 'used' });
    const latest = await keepBundle(folder, { 'main.mjs': 'new' });
    expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual([used, latest].sort());
  });

  it('leaves nothing behind when it cannot be made', async () => {
    await expect(
      keepFiles(folder, 'digest', () => Promise.reject(new Error('it does not compile'))),
    ).rejects.toThrow('it does not compile');
    expect(await readdir(folder)).toEqual([]);
  });
});
