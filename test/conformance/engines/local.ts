import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalBackend } from '../../../infra/adapters/jobs/local/local.js';
import type { Engine } from '../engine.js';

const present = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Processes of this machine. */
export const local: Engine = {
  name: 'local',
  description: 'Jobs are processes of this machine; nothing is started beside them.',
  needs: async () => [
    {
      what: 'Linux with /proc',
      met: await present('/proc/self/stat'),
      remedy: 'run it on Linux, or in a container of it',
    },
  ],
  start: async () => {
    let folder = '';
    const records = async (): Promise<string[]> =>
      (await readdir(folder).catch(() => [])).map((jobKey) => join(folder, jobKey, 'process.json'));
    return {
      backend: (options) => {
        folder = join(options.dataDir, 'jobs');
        return openLocalBackend(options);
      },
      nativeJobs: async (jobKey) => Number(await present(join(folder, jobKey, 'process.json'))),
      faults: {
        forgetting: async (work) => {
          const before = await records();
          const done = await work();
          for (const record of await records())
            if (!before.includes(record)) await rm(record, { force: true });
          return done;
        },
        forgottenJobs: 'run on',
      },
      stop: async () => {},
    };
  },
};
