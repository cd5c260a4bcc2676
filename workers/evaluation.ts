// The evaluation pool: scores candidates and closes monitoring windows with the engine's own runtime.
import { join } from 'node:path';
import { createEvaluationActivities } from '../activities/evaluation/index.js';
import { createMonitoringActivities } from '../activities/monitoring/index.js';
import { openSqlEngine } from '../infra/adapters/duckdb/sql-engine.js';
import { evaluationLimits, modelProcesses } from '../infra/adapters/onnx/model-processes.js';
import { openScorer } from '../infra/adapters/onnx/scorer.js';
import { openWindowStore } from '../infra/adapters/postgres/windows.js';
import { loadConfig } from '../infra/config.js';
import { openStores } from './open-stores.js';
import { runWorker } from './run-worker.js';

const config = loadConfig(process.env);

await runWorker(config, 'evaluation', async () => {
  const { db, artifacts, registry, steps, close } = openStores(config);
  const [sql, scratchDir] = [openSqlEngine(), join(config.dataDir, 'scratch')];
  const scorer = openScorer(modelProcesses(evaluationLimits));
  return {
    activities: {
      ...createEvaluationActivities({ artifacts, registry, steps, scorer, sql, scratchDir }),
      ...createMonitoringActivities({ windows: openWindowStore(db), artifacts, sql, scratchDir }),
    },
    concurrency: 2,
    close,
  };
});
