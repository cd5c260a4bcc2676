// The control pool: every workflow, and the short activities that keep the engine's records.
import { Client, Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createBudgetActivities } from '../activities/budget/index.js';
import { createLoopActivities } from '../activities/monitoring/index.js';
import { createRegistryActivities } from '../activities/registry/index.js';
import { createStudyActivities } from '../activities/study/index.js';
import { openJobStore } from '../infra/adapters/jobs/job-store.js';
import { openRungStore } from '../infra/adapters/postgres/rungs.js';
import { openTrialStore } from '../infra/adapters/postgres/trials.js';
import { openLedger } from '../infra/adapters/postgres/ledger.js';
import { openTriggerStore } from '../infra/adapters/postgres/triggers.js';
import { openObjectStore } from '../infra/adapters/s3/object-store.js';
import { loadConfig } from '../infra/config.js';
import { ensureReaper } from './ensure-reaper.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';
import { workflowBundle } from './workflow-bundle.js';

const config = loadConfig(process.env);

await runWorker(config, 'control', async () => {
  const { db, s3, registry, close } = openStores(config);
  const { address, namespace, tls, apiKey } = config.temporal;
  const connection = await Connection.connect({ address, tls, ...(apiKey === undefined ? {} : { apiKey }) });
  const client = new Client({ connection, namespace });
  const { logger } = Runtime.instance();
  await ensureReaper(client, config.reaper).catch((error: unknown) => {
    logger.warn('the schedule of the reaper could not be made: it is tried again at the next start', {
      error,
    });
  });
  return {
    activities: {
      ...createRegistryActivities({ registry }),
      ...createBudgetActivities({ registry, ledger: openLedger(db) }),
      ...createLoopActivities({
        client,
        triggers: openTriggerStore(db),
      }),
      ...createStudyActivities({
        client,
        jobs: openJobStore(db),
        objects: openObjectStore(s3, config.objectStore.bucket),
        rungs: openRungStore(db),
        trials: openTrialStore(db),
      }),
    },
    concurrency: 50,
    workflows: await workflowBundle(config.dataDir, logger),
    close: async () => {
      await connection.close();
      await close();
    },
  };
});
