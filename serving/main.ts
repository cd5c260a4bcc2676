#!/usr/bin/env node
// The inference gateway as a process: settings and adapters from the environment, SIGTERM and SIGINT end it in order.
import { join } from 'node:path';
import pino from 'pino';
import { servingLimits } from '../infra/adapters/onnx/model-processes.js';
import { quickModels } from '../infra/adapters/onnx/quick-models.js';
import { openScorer } from '../infra/adapters/onnx/scorer.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { openReportSink } from '../infra/adapters/postgres/gateway-reports.js';
import { openRouteSource } from '../infra/adapters/postgres/gateway-routes.js';
import { openLabelStore } from '../infra/adapters/postgres/labels.js';
import { openSegmentStore } from '../infra/adapters/postgres/request-segments.js';
import { openArtifactStore } from '../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../infra/adapters/s3/client.js';
import { loadConfig } from '../infra/config.js';
import { openGateway } from './gateway.js';

const config = loadConfig(process.env);
const { id, host, port } = config.gateway;
const log = pino({
  name: 'gateway',
  level: config.logLevel,
  ...(config.logFormat === 'pretty' ? { transport: { target: 'pino-pretty' } } : {}),
});

const db = openDatabase(config.postgres.url);
const stateDir = join(config.dataDir, 'gateway', id.replaceAll(/[^\w.-]/g, '_'));
const gateway = await openGateway({
  gateway: id,
  stateDir,
  routes: openRouteSource(db),
  reports: openReportSink(db),
  labels: openLabelStore(db),
  segments: openSegmentStore(db),
  artifacts: openArtifactStore(
    openS3(config.objectStore),
    config.objectStore.bucket,
    join(stateDir, 'models'),
  ),
  models: openScorer(quickModels(servingLimits)),
  log,
});
const url = await gateway.listen({ host, port });
log.info({ gateway: id, url }, 'gateway listens');

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'gateway stops: answers what is in flight and ships its log');
    void gateway
      .close()
      .then(() => db.destroy())
      .catch((error: unknown) => log.error({ error: String(error) }, 'gateway stopped untidily'))
      .finally(() => process.exit());
  });
