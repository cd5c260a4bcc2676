import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { S3Options } from '../../infra/adapters/s3/client.js';
import { freeObjectStorePort, freePort } from '../../infra/dev/ports.js';
import { startObjectStore } from '../../infra/dev/servers/object-store.js';
import { startPostgres } from '../../infra/dev/servers/postgres.js';
import type { Server } from '../../infra/dev/servers/server.js';
import { startTemporal } from '../../infra/dev/servers/temporal.js';
import { ensureTools } from '../../infra/dev/tools.js';
import { tether } from './tether.js';

/** Task queues have fixed names, so test files that run at the same time each take a namespace. */
export const namespaces = [
  'budget',
  'lifecycle',
  'approval',
  'study',
  'study-entity',
  'training-job',
  'data-pipeline',
  'release',
  'monitor',
  'retraining',
  'loop',
  'client',
  'reaper',
  'jobs',
  'other-1',
  'other-2',
  'other-3',
];

/** One Temporal (with its time skipping), one PostgreSQL and one S3 for the layers that need them, all in a temporary folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bin = await ensureTools(process.env);
  const root = mkdtempSync(join(tmpdir(), 'mainspring-test-'));
  const gone = tether(root);
  const servers: Server[] = [];
  const common = (name: string) => ({
    dataDir: join(root, name),
    logFile: join(root, `${name}.log`),
    env: process.env,
    onSpawn: gone.hold,
  });
  const keep = async <S extends Server>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  const teardown = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
    gone.release();
  };

  const [port, uiPort, postgresPort, s3Port] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freeObjectStorePort(),
  ]);
  const started = await Promise.allSettled([
    keep(startTemporal({ ...common('temporal'), bin, port, uiPort, namespaces, forTests: true })),
    keep(
      startPostgres({
        ...common('postgres'),
        port: postgresPort,
        password: 'test',
        database: 'tests',
        forTests: true,
      }),
    ),
    keep(
      startObjectStore({
        ...common('object-store'),
        bin,
        port: s3Port,
        bucket: 'mainspring',
        accessKey: 'mainspring',
        secretKey: 'mainspring-secret',
      }),
    ),
  ]);
  const [temporal, postgres, store] = started;
  if (temporal.status === 'rejected' || postgres.status === 'rejected' || store.status === 'rejected') {
    await teardown();
    throw new AggregateError(
      started.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
      'the servers of the tests did not start',
    );
  }
  project.provide('temporalAddress', temporal.value.address);
  project.provide('temporalUiAddress', temporal.value.uiUrl);
  project.provide('postgresUrl', postgres.value.url);
  project.provide('s3', store.value.s3);
  return teardown;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port */
    temporalAddress: string;
    temporalUiAddress: string;
    /** A superuser's address: make databases of your own with `freshDatabase`. */
    postgresUrl: string;
    s3: S3Options;
  }
}
