import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sourceOverrides } from '../../../../client/pack/source-overrides.js';
import { ModelSpec } from '../../../../contracts/spec/model-spec.js';
import { specInput } from '../../../support/fixtures.js';

const spec = ModelSpec.parse(specInput);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-sources-'));
  await writeFile(join(folder, 'rows.csv'), 'a\n1\n');
  await writeFile(join(folder, 'empty.csv'), '');
  await symlink('circle', join(folder, 'circle'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['missing', 'gone.csv', 'it does not exist'],
  ['empty', 'empty.csv', 'it is empty or no file'],
  ['a folder', '.', 'it is empty or no file'],
  ['below a file', 'rows.csv/more', 'a part of its path is a file, not a folder'],
  ['a link to itself', 'circle', 'its symbolic links lead in a circle'],
])('a file for a source that is %s is refused with the reason and its path', async (_what, name, reason) => {
  const file = join(folder, name);
  await expect(sourceOverrides(spec, { events: file })).rejects.toMatchObject({
    kind: 'refused',
    message: `the file for source "events" cannot be used: ${reason}: ${file}`,
  });
});

it('a source that the spec does not declare is refused, also by a name that every object has', async () => {
  await expect(sourceOverrides(spec, { constructor: join(folder, 'rows.csv') })).rejects.toMatchObject({
    kind: 'usage',
    message: 'the spec declares no source "constructor"',
  });
});

it('an address of an object store is left to the server', async () => {
  expect(await sourceOverrides(spec, { events: 's3://a/b.parquet' })).toEqual({ events: 's3://a/b.parquet' });
});
