import { join } from 'node:path';
import type { Config } from '../config.js';
import { startObjectStore } from './servers/object-store.js';
import { startPostgres } from './servers/postgres.js';
import { startTemporal } from './servers/temporal.js';
import type { Keys } from './private/keys.js';
import type { PortName, Ports } from './stack-ports.js';
import type { Part } from './supervise.js';

/** An address that a person may open or connect to. */
export interface Address {
  title: string;
  address: string;
}

export interface LocalServersOptions {
  /** The servers to start on this machine. */
  wanted: ReadonlySet<PortName>;
  ports: Ports;
  /** Directory of the `temporal` and `weed` binaries. */
  bin: string;
  dataDir: string;
  keys: Keys;
  env: NodeJS.ProcessEnv;
}

/** The password of PostgreSQL in data directories of earlier versions. */
const FIXED_PASSWORD = 'mainspring';

// Variables of external servers are recorded too, so that a second terminal uses the same servers. Keys are not
// recorded.
const recorded = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_TLS',
  'MAINSPRING_TEMPORAL_UI',
  'MAINSPRING_POSTGRES_URL',
  'MAINSPRING_S3_ENDPOINT',
  'MAINSPRING_S3_REGION',
  'MAINSPRING_S3_BUCKET',
];

/**
 * The servers to start, in the order in which they are stopped, and the variables by which other processes reach
 * them.
 */
export function localServers({ wanted, ports, bin, dataDir, keys, env }: LocalServersOptions) {
  const common = (name: string) => ({
    dataDir: join(dataDir, name),
    logFile: join(dataDir, 'logs', `${name}.log`),
    env,
  });
  const bucket = env['MAINSPRING_S3_BUCKET'] ?? 'mainspring';
  const accessKey = env['MAINSPRING_S3_ACCESS_KEY'] ?? keys.s3AccessKey;
  const secretKey = env['MAINSPRING_S3_SECRET_KEY'] ?? keys.s3SecretKey;
  const namespace = env['TEMPORAL_NAMESPACE'];
  const parts: Part[] = [];
  const environment: Record<string, string> = {
    MAINSPRING_GATEWAY_PORT: String(ports.gateway),
    MAINSPRING_API_PORT: String(ports.api),
  };
  for (const name of recorded) if (env[name]) environment[name] = env[name];

  if (wanted.has('temporal')) {
    const options = { ...common('temporal'), bin, port: ports.temporal, uiPort: ports.temporalUi };
    parts.push({
      name: 'temporal',
      start: (onSpawn) =>
        startTemporal({ ...options, onSpawn, ...(namespace ? { namespaces: [namespace] } : {}) }),
    });
    environment['TEMPORAL_ADDRESS'] = `127.0.0.1:${ports.temporal}`;
    environment['MAINSPRING_TEMPORAL_UI'] = `http://127.0.0.1:${ports.temporalUi}`;
  }
  if (wanted.has('postgres')) {
    const password = keys.postgresPassword;
    const options = {
      ...common('postgres'),
      ...{ port: ports.postgres, password, database: 'mainspring' },
      earlierPassword: FIXED_PASSWORD,
    };
    parts.push({ name: 'postgres', start: (onSpawn) => startPostgres({ ...options, onSpawn }) });
    environment['MAINSPRING_POSTGRES_URL'] =
      `postgres://mainspring:${password}@127.0.0.1:${ports.postgres}/mainspring`;
  }
  if (wanted.has('objectStore')) {
    const options = { ...common('object-store'), bin, port: ports.objectStore, accessKey, secretKey, bucket };
    parts.push({ name: 'object-store', start: (onSpawn) => startObjectStore({ ...options, onSpawn }) });
    environment['MAINSPRING_S3_ENDPOINT'] = `http://127.0.0.1:${ports.objectStore}`;
    environment['MAINSPRING_S3_ACCESS_KEY'] = accessKey;
    environment['MAINSPRING_S3_SECRET_KEY'] = secretKey;
    environment['MAINSPRING_S3_BUCKET'] = bucket;
  }
  return { parts, environment, addresses };
}

const addresses = ({ temporal, gateway, api, objectStore, postgres }: Config): Address[] => [
  { title: 'Temporal Web UI', address: temporal.uiUrl },
  { title: 'Temporal', address: temporal.address },
  { title: 'Gateway', address: gateway.url },
  { title: 'API', address: api.url },
  { title: 'API documentation', address: `${api.url}/docs` },
  {
    title: 'S3',
    address: `${objectStore.useSsl ? 'https' : 'http'}://${objectStore.endpoint}:${objectStore.port}`,
  },
  { title: 'PostgreSQL', address: hidePassword(postgres.url) },
];

function hidePassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}
