import { rm } from 'node:fs/promises';
import type { JobFolders } from '../../../activities/ports/reaper-store.js';
import { folderOf, jobKeysIn } from './stage-job.js';

/** Folders of attempts below the jobs folder. */
export const openJobFolders = (options: { dataDir: string }): JobFolders => ({
  list: () => jobKeysIn(options),
  remove: (jobKey) => rm(folderOf(options, jobKey).path, { recursive: true, force: true }),
});
