import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { inject } from 'vitest';
import { stringify } from 'yaml';
import { type Mainspring, connect } from '../../client/index.js';
import type { ModelSpecInput } from '../../contracts/spec/model-spec.js';
import { migrate } from '../../infra/migrations/migrate.js';
import { freshDatabase } from './database.js';
import { specInput } from './fixtures.js';

const CLI = fileURLToPath(new URL('../../bin/mainspring.mjs', import.meta.url));

export interface ClientHarness {
  mainspring: Mainspring;
  /** Environment of a second terminal of the same stack. */
  environment: Record<string, string>;
  folder: string;
  postgresUrl: string;
  /** Writes a model file with all files that it names. Returns its path. */
  modelFile(name: string, change?: Partial<ModelSpecInput>): Promise<string>;
  /** Runs the command line in a separate process. */
  cli(args: string[], environment?: Record<string, string>): Promise<CliResult>;
  close(): Promise<void>;
}

export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The client library and the command line against this test run's real servers, with a separate database. */
export async function clientHarness(namespace: string): Promise<ClientHarness> {
  const database = await freshDatabase();
  await migrate(database.url);
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-client-'));
  const s3 = inject('s3');
  const environment = {
    MAINSPRING_DATA_DIR: join(folder, 'data'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
    MAINSPRING_POSTGRES_URL: database.url,
    MAINSPRING_S3_ENDPOINT: `http://${s3.endpoint}:${s3.port}`,
    MAINSPRING_S3_ACCESS_KEY: s3.accessKey,
    MAINSPRING_S3_SECRET_KEY: s3.secretKey,
    MAINSPRING_S3_BUCKET: s3.bucket,
    MAINSPRING_S3_REGION: s3.region,
    // No server listens on this port. Tests that need a gateway set its address themselves.
    MAINSPRING_GATEWAY_PORT: '1',
  };
  const mainspring = connect({ environment });

  return {
    mainspring,
    environment,
    folder,
    postgresUrl: database.url,
    modelFile: async (name, change = {}) => {
      const root = join(folder, name);
      await mkdir(join(root, 'trainer'), { recursive: true });
      await Promise.all([
        writeFile(join(root, 'model.yaml'), stringify({ ...specInput, ...change })),
        writeFile(join(root, 'events.parquet'), `rows of ${name}`),
        writeFile(join(root, 'clean.sql'), 'select * from events'),
        writeFile(join(root, 'features.sql'), 'select * from clean'),
        writeFile(join(root, 'requirements.lock'), 'numpy==2.0.0\n'),
        writeFile(join(root, 'trainer', 'train.py'), 'print("trains")\n'),
      ]);
      return join(root, 'model.yaml');
    },
    cli: async (args, own = {}) => {
      const result = await execa(process.execPath, [CLI, ...args], {
        env: { ...environment, ...own },
        cwd: folder,
        reject: false,
      });
      return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
    },
    close: async () => {
      await mainspring.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
