import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../../client/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-put-'));
  await writeFile(join(folder, 'rows.csv'), 'a\n1\n');
  await symlink('circle', join(folder, 'circle'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['the API', { address: 'http://127.0.0.1:1' }],
  ['the servers', { environment: { MAINSPRING_DATA_DIR: '/nonexistent' } }],
])('artifacts.put over %s', (_where, options) => {
  const put = (path: unknown, mediaType: unknown = 'text/csv') =>
    connect(options).artifacts.put(path as never, mediaType as never);

  it.each([
    ['a file that is missing', 'gone.csv', 'not-found', 'it does not exist'],
    ['a folder', '.', 'not-found', 'it is a folder, not a regular file'],
    ['a pipe', 'pipe', 'not-found', 'it is a pipe or a device, not a regular file'],
    ['a path through a file', 'rows.csv/more', 'not-found', 'a part of its path is a file, not a folder'],
    ['a link to itself', 'circle', 'refused', 'its symbolic links lead in a circle'],
  ])('refuses %s with its path, and asks nobody', async (_what, name, kind, reason) => {
    const path = join(folder, name);
    await expect(put(path)).rejects.toMatchObject({
      kind,
      message: `${path} cannot be used: ${reason}`,
      remedy: expect.stringMatching(/\w/) as string,
    });
  });

  it.each([5, null, undefined, '', {}, new URL('file:///tmp/a.csv'), 'a\u0000b'])(
    'refuses what is no path: %s',
    async (path) => {
      await expect(put(path)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('allowed: the path of a file') as string,
      });
    },
  );

  it.each([5, null, '', 'csv', 'text/csv\nx: y', 'text/\u00e4'])(
    'refuses what is no media type: %s',
    async (mediaType) => {
      await expect(put(join(folder, 'rows.csv'), mediaType)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(
          /^the media type is .*, allowed: a media type such as text\/csv$/s,
        ) as string,
      });
    },
  );
});
