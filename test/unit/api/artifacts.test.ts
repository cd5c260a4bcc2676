import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import { remoteFiles } from '../../../client/remote/files.js';
import type { Storage } from '../../../operations/ports/storage.js';
import { anApi } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** An API over artifacts in memory, with the number of uploads that were stored. */
async function anApiWithArtifacts(limits: Parameters<typeof anApi>[1] = {}) {
  const stored = new Map<string, { ref: ArtifactRef; bytes: Buffer }>();
  const uploads = { count: 0 };
  const artifacts: Partial<Storage['artifacts']> = {
    find: async (sha256) => stored.get(sha256)?.ref,
    putFile: async (path, mediaType) => {
      const bytes = await readFile(path);
      const sha256 = digestOf(bytes);
      const ref = { uri: `s3://b/${sha256}`, sha256, bytes: bytes.length, mediaType };
      stored.set(sha256, { ref, bytes });
      uploads.count += 1;
      return ref;
    },
    open: async ({ sha256 }) => Readable.from([stored.get(sha256)?.bytes]),
  };
  const storage = async () => ({ artifacts }) as unknown as Storage;
  const { api } = await anApi({ storage }, limits, join(folder, 'scratch'));
  const address = await api.listen({ host: '127.0.0.1', port: 0 });
  return { address, api, uploads };
}

it('a file that is stored is not sent again, and HEAD tells its size', async () => {
  const { address, uploads } = await anApiWithArtifacts();
  const path = join(folder, 'code.tar');
  await writeFile(path, 'some code');
  const { signal } = new AbortController();
  const files = remoteFiles({ address, headers: {}, cacheDir: join(folder, 'cache'), signal });
  const first = await files.put(path, 'application/x-tar');
  expect(await files.put(path, 'application/x-tar')).toEqual(first);
  expect(uploads.count).toBe(1);

  const head = await fetch(`${address}/v1/artifacts/${first.sha256}`, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('9');
  const get = await fetch(`${address}/v1/artifacts/${first.sha256}`);
  expect(await get.text()).toBe('some code');
});

it('an upload without a body is refused with its remedy', async () => {
  const { address } = await anApiWithArtifacts();
  const response = await fetch(`${address}/v1/artifacts/${'a'.repeat(64)}`, { method: 'PUT' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ detail: 'the request has no body' });
});

it.each([
  ['an upload', `PUT /v1/artifacts/${'a'.repeat(64)}`],
  ['a JSON body', 'POST /v1/pools/desk'],
])('%s that stops in the middle loses its connection and its slot', async (_what, request) => {
  const { address } = await anApiWithArtifacts({ requestMs: 300, uploads: 1 });
  const { port } = new URL(address);
  const closed = await new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(
        `${request} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"`,
      ),
    );
    // A socket that is not read does not see its end.
    socket.resume();
    socket.on('close', () => resolve(true)).on('error', () => undefined);
    setTimeout(() => resolve(false), 5_000).unref();
  });
  expect(closed).toBe(true);
  const body = 'good';
  const url = `${address}/v1/artifacts/${digestOf(Buffer.from(body))}`;
  await vi.waitFor(async () => expect((await fetch(url, { method: 'PUT', body })).status).toBe(201));
});
