import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { isAbsent, openS3, s3ErrorCode } from '../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../infra/adapters/s3/object-store.js';
import type { Config } from '../../infra/config.js';
import { MainspringError } from '../errors.js';
import { unreachable } from './unreachable.js';

export interface ObjectStorage {
  artifacts: ReturnType<typeof openArtifactStore>;
  objects: ReturnType<typeof openObjectStore>;
  /** Copy an object that anybody may change into the content-addressed store. */
  importObject(address: string, mediaType: string): Promise<ArtifactRef>;
}

/** @throws MainspringError `unreachable` when nothing answers, keys are wrong or the bucket is missing */
export async function openObjectStorage({ objectStore, dataDir }: Config): Promise<ObjectStorage> {
  const { endpoint, port, useSsl, bucket } = objectStore;
  const address = `${useSsl ? 'https' : 'http'}://${endpoint}:${port}`;
  const client = openS3(objectStore);
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
    artifacts,
    objects: openObjectStore(client, bucket),
    importObject: async (source, mediaType) => {
      const [from = '', ...key] = source.slice('s3://'.length).split('/');
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
