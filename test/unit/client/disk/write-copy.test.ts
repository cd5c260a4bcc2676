import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCopy } from '../../../../client/disk/write-copy.js';
import { connect } from '../../../../client/index.js';

let folder: string;
let copy: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-report-'));
  copy = join(folder, 'copy');
  await writeFile(copy, '<html>');
  await chmod(copy, 0o444);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the copy of a read-only file is writable, so that the next report can replace it', async () => {
  const path = join(folder, 'report.html');
  await writeCopy(copy, path);
  expect(await readFile(path, 'utf8')).toBe('<html>');
  expect((await stat(path)).mode & 0o200).toBe(0o200);
});

it('a folder in the place of the file is refused by its path', async () => {
  await expect(writeCopy(copy, folder)).rejects.toMatchObject({
    kind: 'usage',
    message: `${folder} cannot be used: it is a folder, not a file`,
  });
});

it.each<[string, unknown, string]>([
  ['whose folder is missing', '/nowhere/report.html', '/nowhere cannot be used: it does not exist'],
  ['that is a number', 5, 'out is 5, allowed: the path of a file'],
  ['that is empty', '', 'out is "", allowed: the path of a file'],
])('lifecycles.report refuses a file %s, and asks nobody', async (_what, out, message) => {
  const { lifecycles } = connect({ address: 'http://127.0.0.1:1' });
  await expect(lifecycles.report('m/r', { out: out as never })).rejects.toThrow(message);
});
