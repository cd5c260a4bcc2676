import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type S3Options, openS3 } from '../../adapters/s3/client.js';
import { startChild } from '../child.js';
import { type Server, type ServerOptions, untilReady } from './server.js';

export interface ObjectStoreOptions extends ServerOptions {
  /** Directory of the `weed` binary. */
  bin: string;
  /** S3; the four ports after it, and each of the five plus 10,000, are used inside. See `objectStorePorts`. */
  port: number;
  accessKey: string;
  secretKey: string;
  bucket: string;
}

export interface ObjectStoreServer extends Server {
  s3: S3Options;
}

/** All ports that a store on `port` opens: S3, master, volume, filer, admin, and their gRPC twins. */
export const objectStorePorts = (port: number): number[] =>
  [0, 1, 2, 3, 4].flatMap((offset) => [port + offset, port + offset + 10_000]);

/** SeaweedFS in one process. Without a memory limit its Go heap grows past 800 MB; at 400 MiB it is as fast. */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStoreServer> {
  mkdirSync(options.dataDir, { recursive: true });
  const { port, accessKey, secretKey, bucket } = options;
  const child = startChild({
    command: join(options.bin, 'weed'),
    args: [
      '-logtostderr=true',
      'mini',
      `-dir=${options.dataDir}`,
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      `-bucket=${bucket}`,
      '-webdav=false',
      '-admin.ui=false',
      '-master.telemetry=false',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      '-s3.iam=false',
      '-master.volumeSizeLimitMB=256',
      `-s3.port=${port}`,
      `-master.port=${port + 1}`,
      `-volume.port=${port + 2}`,
      `-filer.port=${port + 3}`,
      `-admin.port=${port + 4}`,
    ],
    env: {
      ...options.env,
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      GOMEMLIMIT: '400MiB',
    },
    cwd: options.dataDir,
    logFile: options.logFile,
  });
  options.onSpawn?.(child);

  const s3 = {
    endpoint: '127.0.0.1',
    port,
    useSsl: false,
    accessKey,
    secretKey,
    region: 'us-east-1',
    bucket,
  };
  const client = openS3(s3);
  await untilReady('the object store', child, options.logFile, async () => {
    if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket);
    // The gateway answers before a volume takes writes: ready means that an object can be kept.
    await client.putObject(bucket, '.ready', 'ready', 5);
  });
  return { ...child, name: 'object-store', s3, stop: () => child.stop('SIGTERM', 10_000) };
}
