// The deployment pool: moves routes and aliases, and watches canaries. Its activities wait more than they work.
import { createDeploymentActivities } from '../activities/deployment/index.js';
import { openServingControl } from '../infra/adapters/postgres/serving-control.js';
import { loadConfig } from '../infra/config.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'deployment', async () => {
  const { db, close } = openStores(config);
  return {
    activities: createDeploymentActivities({ serving: openServingControl(db) }),
    concurrency: 50,
    close,
  };
});
