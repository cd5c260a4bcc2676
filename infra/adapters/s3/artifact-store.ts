import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'minio';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { isAbsent } from './client.js';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** `s3://bucket/key` → its parts. */
function locate(ref: ArtifactRef): { bucket: string; key: string } {
  const [bucket = '', ...key] = ref.uri.slice('s3://'.length).split('/');
  return { bucket, key: key.join('/') };
}

/** Where the content of a digest is. */
export const keyOf = (digest: string): string => `blobs/${digest.slice(0, 2)}/${digest}`;

/**
 * Content-addressed objects in one bucket, under `blobs/<first two hex digits>/<sha256>`.
 *
 * @param cacheDir folder of read-only local copies, by digest; it may be deleted at any time
 * @param place where new content is stored, by its digest. Default: under `blobs/`
 */
export function openArtifactStore(
  client: Client,
  bucket: string,
  cacheDir: string,
  place: (digest: string) => string = keyOf,
): ArtifactStore {
  async function stored(key: string): Promise<number | undefined> {
    try {
      return (await client.statObject(bucket, key)).size;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async function upload(
    digest: string,
    bytes: number,
    mediaType: string,
    send: (key: string) => Promise<unknown>,
  ): Promise<ArtifactRef> {
    const key = place(digest);
    if ((await stored(key)) !== bytes) await send(key);
    return { uri: `s3://${bucket}/${key}`, sha256: digest, bytes, mediaType };
  }

  const missing = (ref: ArtifactRef) =>
    fail(FailureType.ArtifactMissing, `${ref.uri} is not in the object store`, {
      remedy: 'Restore it from a backup, or run the step that made it again.',
    });
  const corrupt = (ref: ArtifactRef, found: string) =>
    fail(FailureType.ArtifactCorrupt, `${ref.uri} has digest ${found}, expected ${ref.sha256}`, {
      remedy: 'Restore the object from a backup.',
    });

  return {
    put: async (content, mediaType) => {
      const bytes = Buffer.from(content as Uint8Array);
      return upload(sha256(bytes), bytes.length, mediaType, (key) =>
        client.putObject(bucket, key, bytes, bytes.length, { 'Content-Type': mediaType }),
      );
    },
    putFile: async (path, mediaType) => {
      const [digest, { size }] = await Promise.all([sha256File(path), stat(path)]);
      return upload(digest, size, mediaType, (key) =>
        client.fPutObject(bucket, key, path, { 'Content-Type': mediaType }),
      );
    },
    read: async (ref) => {
      const { bucket: from, key } = locate(ref);
      try {
        const bytes = await buffer(await client.getObject(from, key));
        const found = sha256(bytes);
        if (found !== ref.sha256) throw corrupt(ref, found);
        return bytes;
      } catch (error) {
        if (isAbsent(error)) throw missing(ref);
        throw error;
      }
    },
    fetch: async (ref) => {
      const path = join(cacheDir, ref.sha256.slice(0, 2), ref.sha256);
      const cached = await stat(path).catch(() => undefined);
      if (cached?.size === ref.bytes) return path;
      const { bucket: from, key } = locate(ref);
      const partial = `${path}.${randomUUID()}`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await client.fGetObject(from, key, partial);
        const found = await sha256File(partial);
        if (found !== ref.sha256) throw corrupt(ref, found);
        await chmod(partial, 0o444);
        await rename(partial, path);
      } catch (error) {
        if (isAbsent(error)) throw missing(ref);
        throw error;
      } finally {
        await rm(partial, { force: true });
      }
      return path;
    },
    exists: async (ref) => {
      const { key } = locate(ref);
      return (await stored(key)) === ref.bytes;
    },
    link: async (ref, seconds) => {
      const { bucket: from, key } = locate(ref);
      return client.presignedGetObject(from, key, seconds, { 'response-content-type': ref.mediaType });
    },
  };
}
