import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'minio';
import picomatch from 'picomatch';
import type { SourceObject, SourceObjects } from '../../../activities/ports/source-objects.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { isAbsent, s3ErrorCode } from './client.js';

const bare = (etag: string): string => etag.replaceAll('"', '');

/** Bucket of an address, and the pattern of the keys in it. */
function partsOf(address: string): { bucket: string; keys: string } {
  const [bucket = '', ...keys] = address.slice('s3://'.length).split('/');
  return { bucket, keys: keys.join('/') };
}

/** @param allowed buckets that sources may lie in */
export function openSourceObjects(client: Client, allowed: readonly string[]): SourceObjects {
  return {
    list: async (pattern, most) => {
      const { bucket, keys } = partsOf(pattern);
      if (!allowed.includes(bucket))
        throw fail(
          FailureType.SourceNotFound,
          `${pattern} is in bucket "${bucket}", allowed: ${allowed.join(', ')}`,
          {
            remedy:
              'Name the bucket in MAINSPRING_S3_SOURCE_BUCKETS of the data pool, or an object in an allowed one.',
          },
        );
      const { base, isGlob } = picomatch.scan(keys);
      const matches = picomatch(keys, { dot: true });
      const found: SourceObject[] = [];
      try {
        const listed = client.listObjectsV2(bucket, isGlob ? base : keys, true) as AsyncIterable<{
          name?: string;
          etag?: string;
          size?: number;
        }>;
        for await (const { name = '', etag = '', size = 0 } of listed) {
          if (!matches(name)) continue;
          if (found.length === most)
            throw fail(FailureType.DataTooLarge, `${pattern} matches more than ${most} objects`, {
              remedy: 'Narrow the pattern, or write fewer and larger objects.',
            });
          found.push({ key: name, etag: bare(etag), bytes: size });
        }
      } catch (error) {
        if (s3ErrorCode(error) !== 'NoSuchBucket') throw error;
        throw fail(FailureType.SourceNotFound, `${pattern} is in bucket "${bucket}", which does not exist`, {
          remedy: 'Correct the address, or create the bucket.',
        });
      }
      return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    },
    fetch: async (pattern, { key, etag }, file) => {
      const { bucket } = partsOf(pattern);
      try {
        const stream = await client.getObject(bucket, key);
        const { headers } = stream as { headers?: Record<string, string> };
        if (bare(headers?.['etag'] ?? '') !== etag) {
          stream.destroy();
          return false;
        }
        await pipeline(stream, createWriteStream(file));
        return true;
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    },
  };
}
