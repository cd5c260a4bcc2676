import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type S3Options, openS3 } from '../../infra/adapters/s3/client.js';
import { freeObjectStorePort, freePort } from '../../infra/dev/ports.js';
import { startObjectStore } from '../../infra/dev/servers/object-store.js';
import { startPostgres } from '../../infra/dev/servers/postgres.js';
import type { Server } from '../../infra/dev/servers/server.js';
import { startTemporal } from '../../infra/dev/servers/temporal.js';
import { ensureTools } from '../../infra/dev/tools.js';
import { tether } from './tether.js';

/** Task queues have fixed names, so every test file uses a namespace of its own. */
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
  'poison',
  'cancel',
  'retries',
  'loop',
  'client',
  'reaper',
  'failures',
  'jobs',
  'client-budget',
  'logs',
  'start',
  'api',
  'canary',
  'typed-canary',
  'study-on-jobs',
  'abuse-api',
  'abuse-cli',
  'abuse-workflows',
  'slurm-1',
  'slurm-2',
  'slurm-3',
  'slurm-4',
];

interface Servers {
  provided: ProvidedContext;
  stop: () => Promise<void>;
}

/** One Temporal (with time skipping), one PostgreSQL and one S3 server, all in a temporary folder. */
async function startServers(): Promise<Servers> {
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
  return {
    provided: {
      temporalAddress: temporal.value.address,
      temporalUiAddress: temporal.value.uiUrl,
      postgresUrl: postgres.value.url,
      s3: store.value.s3,
    },
    stop: teardown,
  };
}

/** Vitest loads this file once for each layer, so the servers that the layers share are kept beside all of them. */
const shared = globalThis as { testServers?: { users: number; servers: Promise<Servers> } | undefined };

/** Starts the servers for the first layer that needs them, and stops them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mine = (shared.testServers ??= { users: 0, servers: startServers() });
  mine.users += 1;
  const { provided, stop } = await mine.servers;
  // Layers run at the same time and use the same names of models and runs, so that each gets a bucket of its own.
  const s3 = { ...provided.s3, bucket: project.name };
  await openS3(s3).makeBucket(s3.bucket);
  for (const [name, value] of Object.entries({ ...provided, s3 }))
    project.provide(name as keyof ProvidedContext, value);
  return async () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    shared.testServers = undefined;
    await stop();
  };
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port */
    temporalAddress: string;
    temporalUiAddress: string;
    /** Address of a superuser. Create separate databases with `freshDatabase`. */
    postgresUrl: string;
    s3: S3Options;
  }
}
