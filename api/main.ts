#!/usr/bin/env node
// The HTTP API as a process: settings and adapters from the environment, SIGTERM and SIGINT end it in order.
import { join } from 'node:path';
import pino from 'pino';
import { loadConfig } from '../infra/config.js';
import { openServices } from '../infra/open-services.js';
import { buildServer } from './server.js';

const config = loadConfig(process.env);
const { host, port, names } = config.api;
const log = pino({
  name: 'api',
  level: config.logLevel,
  ...(config.logFormat === 'pretty' ? { transport: { target: 'pino-pretty' } } : {}),
});
const services = openServices(config);
const server = await buildServer({
  services,
  host,
  names,
  scratch: join(config.dataDir, 'uploads'),
  warn: (message, fields) => log.warn(fields, message),
});
const url = await server.listen({ host, port });
log.info({ url, documentation: `${url}/docs` }, 'API listens');

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'API stops: open streams end, and their clients go on with the next process');
    void server
      .close()
      .then(() => services.close())
      .catch((error: unknown) => log.error({ error: String(error) }, 'API stopped untidily'))
      .finally(() => process.exit());
  });
