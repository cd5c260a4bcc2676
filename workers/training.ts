// The training pool: dispatches jobs and watches them. The jobs are processes of their own and outlive it.
import { createReaperActivities } from '../activities/reaper/index.js';
import { createTrainingActivities } from '../activities/training/index.js';
import { openJobFolders } from '../infra/adapters/jobs/job-folders.js';
import { openTraining } from '../infra/adapters/jobs/open-training.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { openReaperStore } from '../infra/adapters/postgres/reaper-store.js';
import { loadConfig } from '../infra/config.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'training', async () => {
  const { dataDir, jobsDir, python, engineId, objectStore, postgres, ray, slurm, kubernetes } = config;
  const db = openDatabase(postgres.url);
  const deps = await openTraining({
    dataDir,
    jobsDir,
    python,
    engineId,
    s3: objectStore,
    db,
    ray,
    slurm,
    kubernetes,
    environment: process.env,
  });
  return {
    activities: {
      ...createTrainingActivities(deps),
      ...createReaperActivities({
        ...deps,
        reaper: openReaperStore(db),
        folders: openJobFolders({ dataDir: jobsDir }),
      }),
    },
    // An activity here waits for a job; the machine's load comes from the jobs, which the study bounds.
    concurrency: 1_000,
    close: async () => {
      deps.suggester.close();
      await db.destroy();
    },
  };
});
