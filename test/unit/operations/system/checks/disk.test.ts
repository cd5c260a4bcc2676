import { expect, it } from 'vitest';
import type { Services } from '../../../../../operations/ports/services.js';
import { disk, fullDisksOf, roomOf, shortOfRoom } from '../../../../../operations/system/checks/disk.js';
import { canMount, withFullFolder } from '../../../../support/full-disk.js';

it('says nothing about a folder that is not there', async () => {
  expect(await roomOf('/nonexistent')).toBeUndefined();
  expect(await shortOfRoom(['/nonexistent'])).toEqual({ full: [], low: [], rooms: [] });
});

it.runIf(canMount)('names a folder whose disk is full', async ({ skip }) => {
  const found = await withFullFolder(async (folder) => {
    const settings = { dataDir: folder, jobsDir: '/nonexistent' } as Services['settings'];
    return {
      folder,
      full: (await shortOfRoom([folder])).full,
      ofEngine: await fullDisksOf({ settings }),
      said: await disk.look({ settings } as Services),
    };
  });
  if (!found) return skip();
  expect(found.full).toHaveLength(1);
  expect(found.full[0]).toContain(`${found.folder}: 0 MiB free`);
  expect(found.ofEngine).toEqual(found.full);
  expect(found.said).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(`^full: ${found.folder}: 0 MiB free`) as string,
    remedy: expect.stringContaining('Free space there') as string,
  });
});
