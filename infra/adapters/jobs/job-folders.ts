import { rm } from 'node:fs/promises';
import type { JobFolders } from '../../../activities/ports/reaper-store.js';
import { isOurs } from '../../../contracts/job-owner.js';
import { folderOf, jobKeysIn } from './stage-job.js';

/** The installation that made a folder, as its files say; undefined if they do not. */
async function engineIdOf(options: { dataDir: string }, jobKey: string): Promise<string | undefined> {
  const folder = folderOf(options, jobKey);
  const written = async (name: string): Promise<string | undefined> =>
    (await folder.read<{ engineId?: string }>(name).catch(() => undefined))?.engineId;
  return (await written('process.json')) ?? (await written('order.json'));
}

/**
 * The folders of this installation's attempts below the jobs folder, which another installation may share. A folder of an
 * earlier version may not say whose it is: the reaper removes one only if its own database has the attempt.
 */
export const openJobFolders = (options: { dataDir: string; engineId: string }): JobFolders => ({
  list: async () => {
    const keys = await jobKeysIn(options);
    const owners = await Promise.all(keys.map((jobKey) => engineIdOf(options, jobKey)));
    return keys.filter((jobKey, index) => {
      const engineId = owners[index];
      return engineId === undefined || isOurs({ jobKey, engineId }, options.engineId);
    });
  },
  remove: (jobKey) => rm(folderOf(options, jobKey).path, { recursive: true, force: true }),
});
