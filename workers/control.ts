// The control pool: every workflow, and the short activities that keep the engine's records.
import { Client, Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createLoopActivities } from '../activities/monitoring/index.js';
import { createRegistryActivities } from '../activities/registry/index.js';
import { openTriggerStore } from '../infra/adapters/postgres/triggers.js';
import { loadConfig } from '../infra/config.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';
import { workflowBundle } from './workflow-bundle.js';

const config = loadConfig(process.env);

await runWorker(config, 'control', async () => {
  const { db, registry, close } = openStores(config);
  const { address, namespace, tls, apiKey } = config.temporal;
  const connection = await Connection.connect({ address, tls, ...(apiKey === undefined ? {} : { apiKey }) });
  return {
    activities: {
      ...createRegistryActivities({ registry }),
      ...createLoopActivities({
        client: new Client({ connection, namespace }),
        triggers: openTriggerStore(db),
      }),
    },
    concurrency: 50,
    workflows: await workflowBundle(config.dataDir, Runtime.instance().logger),
    close: async () => {
      await connection.close();
      await close();
    },
  };
});
