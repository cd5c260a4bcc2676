import { buffer } from 'node:stream/consumers';
import type { Client } from 'minio';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import { isAbsent, isPreconditionFailed } from './client.js';

/**
 * Conditional writes by S3's `If-None-Match` and `If-Match`. Bodies are small and never uploaded in parts, because
 * multipart uploads ignore these headers.
 */
export function openObjectStore(client: Client, bucket: string): ObjectStore {
  async function conditional(key: string, body: string, condition: Record<string, string>): Promise<boolean> {
    try {
      await client.putObject(bucket, key, body, Buffer.byteLength(body), {
        'Content-Type': 'application/json',
        ...condition,
      });
      return true;
    } catch (error) {
      if (isPreconditionFailed(error)) return false;
      throw error;
    }
  }

  return {
    get: async (key) => {
      try {
        const stream = await client.getObject(bucket, key);
        const etag = (stream as { headers?: Record<string, string> }).headers?.['etag'];
        const body = await buffer(stream);
        return { body, etag: etag ?? `"${(await client.statObject(bucket, key)).etag}"` };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    create: (key, body) => conditional(key, body, { 'If-None-Match': '*' }),
    swap: (key, body, etag) => conditional(key, body, { 'If-Match': etag }),
    put: async (key, body) => {
      const bytes = Buffer.from(body as Uint8Array);
      await client.putObject(bucket, key, bytes, bytes.length);
    },
    remove: async (keys) => {
      if (keys.length > 0) await client.removeObjects(bucket, keys);
    },
    list: async (prefix) => {
      const keys: string[] = [];
      for await (const item of client.listObjectsV2(bucket, prefix, true) as AsyncIterable<{
        name?: string;
      }>) {
        if (item.name) keys.push(item.name);
      }
      return keys;
    },
  };
}
