import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type S3Options, openS3 } from '../../adapters/s3/client.js';
import { startChild } from '../child.js';
import { selfSigned } from '../private/certificate.js';
import { writePrivate } from '../private/private-files.js';
import { type Server, type ServerOptions, untilReady } from './server.js';

export interface ObjectStoreOptions extends ServerOptions {
  /** Directory of the `weed` binary. */
  bin: string;
  /**
   * The S3 port. The store also uses the next four ports, and each of the five plus 10,000. See `objectStorePorts`.
   */
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

/** Components of the store that call one another by gRPC. */
const COMPONENTS = [
  'master',
  'volume',
  'filer',
  's3',
  'client',
  'admin',
  'worker',
  'msg_broker',
  'msg_agent',
  'mq',
];

/**
 * Settings by which the store's inner ports ask every caller for a certificate that only this process has: all but S3 are
 * for the store itself. The certificate is made anew at each start.
 */
async function innerDoors(folder: string): Promise<Record<string, string>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [cert, key] = [join(folder, 'store.crt'), join(folder, 'store.key')];
  const made = await selfSigned('mainspring object store');
  writePrivate(cert, made.certificate);
  writePrivate(key, made.key);
  const pair = (section: string): [string, string][] => [
    [`WEED_${section}_CERT`, cert],
    [`WEED_${section}_KEY`, key],
  ];
  return {
    WEED_GRPC_CA: cert,
    WEED_HTTPS_CLIENT_ENABLED: 'true',
    ...Object.fromEntries(COMPONENTS.flatMap((name) => pair(`GRPC_${name.toUpperCase()}`))),
    ...Object.fromEntries(
      ['MASTER', 'VOLUME', 'FILER', 'ADMIN', 'CLIENT'].flatMap((name) => [
        ...pair(`HTTPS_${name}`),
        [`WEED_HTTPS_${name}_CA`, cert] as [string, string],
      ]),
    ),
  };
}

/** SeaweedFS in one process. Without a memory limit its Go heap grows beyond 800 MB; with 400 MiB it is as fast. */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStoreServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
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
      ...(await innerDoors(`${options.dataDir}-keys`)),
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
    // The gateway answers before a volume accepts writes. So the store is ready when it has stored an object.
    await client.putObject(bucket, '.ready', 'ready', 5);
  });
  return { ...child, name: 'object-store', s3, stop: () => child.stop('SIGTERM', 10_000) };
}
