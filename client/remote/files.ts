import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import { MainspringError } from '../../operations/errors.js';
import type { ArtifactFiles } from '../transport.js';
import { apiAway, ask, jsonOf } from './ask.js';

export interface RemoteFilesOptions {
  address: string;
  headers: Record<string, string>;
  /** Folder of read-only local copies, by digest. It may be deleted at any time. */
  cacheDir: string;
  signal: AbortSignal;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Artifacts over the API. Content that is stored already is not sent, and a download is checked by its digest. */
export function remoteFiles({ address, headers, cacheDir, signal }: RemoteFilesOptions): ArtifactFiles {
  const pathOf = (sha256: string): string => `/v1/artifacts/${sha256}`;

  /** The stored object of a digest, from the headers of the API's answer. */
  async function find(sha256: string): Promise<ArtifactRef | undefined> {
    const response = await fetch(`${address}${pathOf(sha256)}`, { method: 'HEAD', headers, signal }).catch(
      (error: unknown) => {
        throw apiAway(address, error);
      },
    );
    const uri = response.headers.get('mainspring-uri');
    if (!response.ok || uri === null) return undefined;
    const bytes = Number(response.headers.get('content-length'));
    return { uri, sha256, bytes, mediaType: response.headers.get('content-type') ?? '' };
  }

  return {
    put: async (path, mediaType) => {
      const [sha256, { size }] = await Promise.all([sha256Of(path), stat(path)]);
      const known = await find(sha256);
      if (known?.bytes === size) return { ...known, mediaType };
      const response = await ask(address, pathOf(sha256), {
        method: 'PUT',
        headers: { ...headers, 'content-type': mediaType },
        body: await openAsBlob(path),
        signal,
      });
      return (await jsonOf(address, response)) as ArtifactRef;
    },
    fetch: async ({ sha256, bytes }) => {
      const path = join(cacheDir, sha256.slice(0, 2), sha256);
      const cached = await stat(path).catch(() => undefined);
      if (cached !== undefined && cached.size === bytes) return path;
      const partial = `${path}.${randomUUID()}`;
      await mkdir(dirname(path), { recursive: true });
      try {
        const { body } = await ask(address, pathOf(sha256), { headers, signal });
        await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(partial));
        const found = await sha256Of(partial);
        if (found !== sha256)
          throw new MainspringError(
            'failed',
            `artifact ${sha256} came with digest ${found}`,
            'Try again: the connection broke, or something between here and the API changes what it carries.',
          );
        await chmod(partial, 0o444);
        await rename(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
      return path;
    },
  };
}
