// The training pool: dispatches jobs and watches them. The jobs are separate processes and outlive the pool.
import { createReaperActivities } from '../activities/reaper/index.js';
import { createTrainingActivities } from '../activities/training/index.js';
import { openJobFolders } from '../infra/adapters/jobs/job-folders.js';
import { openTraining } from '../infra/adapters/jobs/open-training.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { engineIdOf } from '../infra/adapters/postgres/engine-id.js';
import { openReaperStore } from '../infra/adapters/postgres/reaper-store.js';
import { loadConfig } from '../infra/config.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'training', async () => {
  const { dataDir, jobsDir, python, objectStore, postgres, backends } = config;
  const db = openDatabase(postgres.url);
  const engineId = config.engineId ?? (await engineIdOf(db));
  const deps = await openTraining({
    dataDir,
    jobsDir,
    python,
    engineId,
    jobDiskBytes: config.jobDiskBytes,
    s3: objectStore,
    db,
    backends,
    environment: process.env,
  });
  return {
    activities: {
      ...createTrainingActivities(deps),
      ...createReaperActivities({
        ...deps,
        reaper: openReaperStore(db),
        folders: openJobFolders({ dataDir: jobsDir, engineId }),
        keepLogsMs: config.keepLogsMs,
      }),
    },
    // An activity here mostly waits for a job. The load comes from the jobs, whose number the study limits.
    concurrency: 1_000,
    close: async () => {
      deps.suggester.close();
      await db.destroy();
    },
  };
});
