import type { Client } from 'minio';
import { MediaType } from '../../../contracts/artifacts.js';
import type { Storage } from '../../../operations/ports/storage.js';
import { keyOf } from './artifact-store.js';
import { isAbsent } from './client.js';

/** Artifacts by digest alone, for callers that have no reference with address and size. */
export function openStoredArtifacts(
  client: Client,
  bucket: string,
): Pick<Storage['artifacts'], 'find' | 'open'> {
  return {
    find: async (sha256) => {
      const key = keyOf(sha256);
      try {
        const { size, metaData } = await client.statObject(bucket, key);
        const stated = (metaData as Record<string, unknown>)['content-type'];
        const mediaType = typeof stated === 'string' && stated !== '' ? stated : MediaType.text;
        return { uri: `s3://${bucket}/${key}`, sha256, bytes: size, mediaType };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    open: (ref) => client.getObject(bucket, keyOf(ref.sha256)),
  };
}
