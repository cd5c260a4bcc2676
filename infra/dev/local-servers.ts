import { join } from 'node:path';
import type { Config } from '../config.js';
import { startObjectStore } from './servers/object-store.js';
import { startPostgres } from './servers/postgres.js';
import { startTemporal } from './servers/temporal.js';
import type { PortName, Ports } from './stack-ports.js';
import type { Part } from './supervise.js';

/** A thing that a person may open or connect to. */
export interface Address {
  title: string;
  address: string;
}

export interface LocalServersOptions {
  /** Which servers to start here. */
  wanted: ReadonlySet<PortName>;
  ports: Ports;
  /** Directory of the `temporal` and `weed` binaries. */
  bin: string;
  dataDir: string;
  env: NodeJS.ProcessEnv;
}

// They guard nothing: every server listens on loopback only, and Temporal there asks for no password at all.
const password = 'mainspring';

// What the environment replaces is recorded as well, so that a second terminal meets the same servers. Keys are not.
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

/** The servers to start, in the order in which they stop, and the variables by which others reach them. */
export function localServers({ wanted, ports, bin, dataDir, env }: LocalServersOptions) {
  const common = (name: string) => ({
    dataDir: join(dataDir, name),
    logFile: join(dataDir, 'logs', `${name}.log`),
    env,
  });
  const bucket = env['MAINSPRING_S3_BUCKET'] ?? 'mainspring';
  const accessKey = env['MAINSPRING_S3_ACCESS_KEY'] ?? 'mainspring';
  const secretKey = env['MAINSPRING_S3_SECRET_KEY'] ?? 'mainspring-secret';
  const namespace = env['TEMPORAL_NAMESPACE'];
  const parts: Part[] = [];
  const environment: Record<string, string> = { MAINSPRING_GATEWAY_PORT: String(ports.gateway) };
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
    const options = { ...common('postgres'), port: ports.postgres, password, database: 'mainspring' };
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

const addresses = ({ temporal, gateway, objectStore, postgres }: Config): Address[] => [
  { title: 'Temporal Web UI', address: temporal.uiUrl },
  { title: 'Temporal', address: temporal.address },
  { title: 'Gateway', address: gateway.url },
  {
    title: 'S3',
    address: `${objectStore.useSsl ? 'https' : 'http'}://${objectStore.endpoint}:${objectStore.port}`,
  },
  { title: 'PostgreSQL', address: hidePassword(postgres.url) },
];

function hidePassword(url: string): string {
  const shown = new URL(url);
  if (shown.hostname !== '127.0.0.1' && shown.password) shown.password = '***';
  return shown.href;
}
