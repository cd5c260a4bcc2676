// The evaluation pool: scores candidates and closes monitoring windows with the engine's own runtime.
import { createEvaluationActivities } from '../activities/evaluation/index.js';
import { createMonitoringActivities } from '../activities/monitoring/index.js';
import { openScorer } from '../infra/adapters/onnx/scorer.js';
import { openWindowStore } from '../infra/adapters/postgres/windows.js';
import { loadConfig } from '../infra/config.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'evaluation', async () => {
  const { db, artifacts, steps, close } = openStores(config);
  return {
    activities: {
      ...createEvaluationActivities({ artifacts, steps, scorer: openScorer() }),
      ...createMonitoringActivities({ windows: openWindowStore(db), artifacts }),
    },
    concurrency: 2,
    close,
  };
});
