import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MainspringError } from '../../../operations/errors.js';
import type { Storage } from '../../../operations/ports/storage.js';
import { unreachable } from '../../../operations/unreachable.js';
import type { Config } from '../../config.js';
import { openArtifactStore } from './artifact-store.js';
import { isAbsent, openS3, s3ErrorCode } from './client.js';
import { storeTime } from './clock.js';
import { openObjectStore } from './object-store.js';
import { markInObjects } from './store-mark.js';
import { openStoredArtifacts } from './stored-artifacts.js';
import { usageOf } from './usage.js';

/** A person or a program waits for the answer of an operation, so it ends sooner than a worker's request. */
const SILENCE_MS = 8_000;

/** @throws MainspringError `unreachable` when nothing answers, keys are wrong or the bucket is missing */
export async function openStorage({
  objectStore,
  dataDir,
}: Pick<Config, 'objectStore' | 'dataDir'>): Promise<Storage> {
  const { endpoint, port, useSsl, bucket, sourceBuckets } = objectStore;
  const address = `${useSsl ? 'https' : 'http'}://${endpoint}:${port}`;
  const client = openS3(objectStore, SILENCE_MS);
  let exists: boolean;
  try {
    exists = await client.bucketExists(bucket);
  } catch (error) {
    throw unreachable(
      'The object store (S3)',
      address,
      'MAINSPRING_S3_ENDPOINT, _ACCESS_KEY and _SECRET_KEY',
      error,
    );
  }
  if (!exists)
    throw new MainspringError(
      'unreachable',
      `The object store at ${address} has no bucket "${bucket}"`,
      'Create it, or name another one in MAINSPRING_S3_BUCKET.',
    );
  const artifacts = openArtifactStore(client, bucket, join(dataDir, 'cache'));
  return {
    time: () => storeTime(objectStore),
    storeMark: (engineId) => markInObjects(openObjectStore(client, bucket), engineId).read(),
    artifacts: { ...artifacts, ...openStoredArtifacts(client, bucket) },
    objects: openObjectStore(client, bucket),
    usage: (signal) => usageOf(client, bucket, signal),
    importObject: async (source, mediaType) => {
      const [from = '', ...key] = source.slice('s3://'.length).split('/');
      if (!sourceBuckets.includes(from))
        throw new MainspringError(
          'refused',
          `source ${source} is in bucket "${from}", allowed: ${sourceBuckets.join(', ')}`,
          'Name the bucket in MAINSPRING_S3_SOURCE_BUCKETS, where the copy is made, or copy the object into an allowed bucket.',
        );
      const scratch = await mkdtemp(join(tmpdir(), 'mainspring-import-'));
      try {
        const file = join(scratch, 'source');
        const { size } = await client.statObject(from, key.join('/'));
        if (size === 0)
          throw new MainspringError(
            'refused',
            `source ${source} is empty`,
            'Name an object that holds rows.',
          );
        await client.fGetObject(from, key.join('/'), file);
        return await artifacts.putFile(file, mediaType);
      } catch (error) {
        if (isAbsent(error) || s3ErrorCode(error) === 'NoSuchBucket')
          throw new MainspringError(
            'refused',
            `source ${source} is not in the object store at ${address}`,
            'Upload it, or correct the address under data.sources.',
            undefined,
            { cause: error },
          );
        throw error;
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}
