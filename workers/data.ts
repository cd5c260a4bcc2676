// The data pool: validation, cleaning and features in DuckDB. Each activity may use two threads and 2 GB.
import { join } from 'node:path';
import { createDataActivities } from '../activities/data/index.js';
import { openSqlEngine } from '../infra/adapters/duckdb/sql-engine.js';
import { openSourceObjects } from '../infra/adapters/s3/source-objects.js';
import { loadConfig } from '../infra/config.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'data', async () => {
  const { registry, artifacts, steps, s3, close } = openStores(config);
  return {
    activities: createDataActivities({
      specs: registry,
      artifacts,
      steps,
      sql: openSqlEngine(),
      sourceObjects: openSourceObjects(s3, config.objectStore.sourceBuckets),
      scratchDir: join(config.dataDir, 'scratch'),
    }),
    concurrency: 2,
    close,
  };
});
