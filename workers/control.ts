// The control pool: all workflows, and the short activities that write the engine's records.
import { Client, Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createBudgetActivities } from '../activities/budget/index.js';
import { createLoopActivities } from '../activities/monitoring/index.js';
import { createEndsActivities } from '../activities/reaper/record-ends.js';
import { createRegistryActivities } from '../activities/registry/index.js';
import { createStudyActivities } from '../activities/study/index.js';
import { openClientViews } from '../infra/adapters/postgres/client-views.js';
import { engineIdOf } from '../infra/adapters/postgres/engine-id.js';
import { openJobStore } from '../infra/adapters/postgres/job-store.js';
import { openRungStore } from '../infra/adapters/postgres/rungs.js';
import { openTrialStore } from '../infra/adapters/postgres/trials.js';
import { openLedger } from '../infra/adapters/postgres/ledger.js';
import { openServingControl } from '../infra/adapters/postgres/serving-control.js';
import { openTriggerStore } from '../infra/adapters/postgres/triggers.js';
import { markInDatabase } from '../infra/adapters/postgres/store-mark.js';
import { markInObjects } from '../infra/adapters/s3/store-mark.js';
import { markInTemporal } from '../infra/adapters/temporal/store-mark.js';
import { openObjectStore } from '../infra/adapters/s3/object-store.js';
import { drawMark, keepMarks } from '../infra/store-ages/keep-marks.js';
import { StoresDiffer } from '../infra/store-ages/stores-differ.js';
import { loadConfig } from '../infra/config.js';
import { ensureReaper } from './ensure-reaper.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';
import { workflowBundle } from '../infra/adapters/temporal/workflow-bundle.js';

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
  const objects = openObjectStore(s3, config.objectStore.bucket);
  const engineId = config.engineId ?? (await engineIdOf(db));
  const stores = [markInDatabase(db), markInObjects(objects, engineId), markInTemporal(client)];
  const verdict = await drawMark({ db, stores, accepted: config.acceptStoreAges });
  if (verdict?.kind === 'differ') throw new StoresDiffer(verdict);
  const marks = keepMarks({ db, stores, warn: (sentence) => void logger.warn(sentence) });
  return {
    activities: {
      ...createRegistryActivities({ registry }),
      ...createBudgetActivities({ registry, ledger: openLedger(db) }),
      ...createLoopActivities({
        client,
        triggers: openTriggerStore(db),
      }),
      ...createEndsActivities({
        registry,
        approvals: { pending: (limit) => openClientViews(db).approvals({ pending: true, limit }) },
        serving: openServingControl(db),
      }),
      ...createStudyActivities({
        client,
        jobs: openJobStore(db),
        objects,
        engineId,
        rungs: openRungStore(db),
        trials: openTrialStore(db),
      }),
    },
    concurrency: 50,
    workflows: await workflowBundle(logger),
    close: async () => {
      await marks.close();
      await connection.close();
      await close();
    },
  };
});
