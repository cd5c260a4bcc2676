import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArtifactStore } from '../../../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../../../../infra/adapters/s3/object-store.js';
import { openStorage } from '../../../../../infra/adapters/s3/storage.js';
import { usageOf } from '../../../../../infra/adapters/s3/usage.js';
import { finalFailure } from '../../../../../workers/interceptors/final-failure.js';

const SILENCE_MS = 300;
/** What a busy machine may add to it. */
const IN_TIME_MS = 5_000;

const sockets = new Set<Socket>();
const servers: Server[] = [];
let folder = '';

/** A server on a free port. All its connections end with the test. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Accepts connections, reads nothing, and says nothing, as a process that is stopped. */
const silentPort = (): Promise<number> => listening(createServer({ pauseOnConnect: true }));
/** A store that answers each request with these pieces, each after a pause, and then stays silent or ends. */
const speaking = (pieces: number, pauseMs: number, isWhole: boolean): Promise<number> =>
  listening(
    http.createServer((_request, response) => {
      void (async () => {
        response.writeHead(200, { 'content-length': isWhole ? pieces : pieces + 1, etag: '"e"' });
        for (let piece = 0; piece < pieces; piece += 1) {
          response.write('x');
          await sleep(pauseMs);
        }
        if (isWhole) response.end();
      })();
    }),
  );

const optionsOf = (port: number) => ({
  ...{ endpoint: '127.0.0.1', port, useSsl: false, region: 'us-east-1', bucket: 'b-1' },
  ...{ accessKey: 'key', secretKey: 'secret' },
});
const clientOf = (port: number) => openS3(optionsOf(port), SILENCE_MS);

async function failureOf(work: () => Promise<unknown>): Promise<{ error: Error; tookMs: number }> {
  const began = performance.now();
  try {
    await work();
  } catch (error) {
    return { error: error as Error, tookMs: performance.now() - began };
  }
  throw new Error('it did not fail');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silence-'));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  sockets.clear();
  await rm(folder, { recursive: true, force: true });
});

describe('a store that accepts connections and stays silent', () => {
  it.each<[string, (port: number) => Promise<unknown>]>([
    ['stat', (port) => clientOf(port).statObject('b-1', 'k')],
    ['get', (port) => openObjectStore(clientOf(port), 'b-1').get('k')],
    ['a small put', (port) => openObjectStore(clientOf(port), 'b-1').create('k', '{}')],
    [
      'a put that fills the buffers',
      (port) => openObjectStore(clientOf(port), 'b-1').put('k', Buffer.alloc(2 ** 25)),
    ],
    ['list', (port) => openObjectStore(clientOf(port), 'b-1').list('p/')],
    ['usage', (port) => usageOf(clientOf(port), 'b-1', new AbortController().signal)],
    ['remove', (port) => openObjectStore(clientOf(port), 'b-1').remove(['k'])],
    [
      'fetch',
      (port) =>
        openArtifactStore(clientOf(port), 'b-1', folder).fetch({
          ...{ uri: 's3://b-1/k', sha256: 'a'.repeat(64), bytes: 1, mediaType: 'text/plain' },
        }),
    ],
  ])('fails %s after one limit of silence, by its name', async (_name, work) => {
    const port = await silentPort();
    const { error, tookMs } = await failureOf(() => work(port));
    expect(error).toMatchObject({
      message: `the object store at 127.0.0.1:${port} has not answered for 0.3 s`,
      code: 'ETIMEDOUT',
    });
    expect(tookMs).toBeLessThan(IN_TIME_MS);
    // It is not repeated.
    expect(sockets.size).toBe(1);
    expect(finalFailure(error, 100)).toBeUndefined();
  });

  it('fails a body that stops in the middle', async () => {
    const port = await speaking(3, 50, false);
    const { error } = await failureOf(() => openObjectStore(clientOf(port), 'b-1').get('k'));
    expect(error).toMatchObject({
      message: `the object store at 127.0.0.1:${port} has sent nothing more for 0.3 s`,
      code: 'ETIMEDOUT',
    });
  });
});

describe('a store that is slow', () => {
  it('passes a body with steady bytes, however long it takes', async () => {
    const port = await speaking(24, SILENCE_MS / 6, true);
    const found = await openObjectStore(clientOf(port), 'b-1').get('k');
    expect(found?.body.toString()).toBe('x'.repeat(24));
  });

  it.each([0.99, 1.01, 3])('is not blamed for a reader that pauses for %s limits', async (limits) => {
    const bytes = 2 ** 25;
    const port = await listening(
      http.createServer((_request, response) => {
        response.writeHead(200, { 'content-length': bytes });
        response.end(Buffer.alloc(bytes));
      }),
    );
    const body = await clientOf(port).getObject('b-1', 'k');
    let read = 0;
    for await (const chunk of body) {
      if (read === 0) await sleep(limits * SILENCE_MS);
      read += (chunk as Buffer).length;
    }
    expect(read).toBe(bytes);
  });

  it('may take its time to join the parts of an upload', async () => {
    const xml =
      '<CompleteMultipartUploadResult><Location>l</Location><Bucket>b-1</Bucket><Key>k</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>';
    const port = await listening(
      http.createServer((request, response) => {
        request.resume();
        setTimeout(() => response.end(xml), 2 * SILENCE_MS);
      }),
    );
    const joined = clientOf(port).completeMultipartUpload('b-1', 'k', 'u', [{ part: 1, etag: 'e' }]);
    expect(await joined).toMatchObject({ etag: 'e' });
  });

  it('serves several requests over one connection', async () => {
    let connections = 0;
    const server = http.createServer((_request, response) => response.end('body'));
    server.on('connection', () => (connections += 1));
    const client = clientOf(await listening(server));
    for (let request = 0; request < 20; request += 1) {
      expect((await buffer(await client.getObject('b-1', 'k'))).toString()).toBe('body');
      await sleep(1);
    }
    expect(connections).toBe(1);
    const [socket] = sockets;
    expect(socket?.destroyed).toBe(false);
  });
});

describe('a store that is away', () => {
  async function closedPort(): Promise<number> {
    const port = await silentPort();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    return port;
  }

  it('is named, and its code stays', async () => {
    const port = await closedPort();
    const { error } = await failureOf(() => clientOf(port).statObject('b-1', 'k'));
    expect(error).toMatchObject({
      message: `the object store at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
      code: 'ECONNREFUSED',
    });
  });

  it('is named when it breaks a connection', async () => {
    const port = await listening(createServer((socket) => void socket.destroy()));
    const { error } = await failureOf(() => clientOf(port).statObject('b-1', 'k'));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(error.message).toMatch(/^the object store at 127\.0\.0\.1:\d+ broke the connection: /);
  });

  it('is named when it breaks a body', async () => {
    const port = await listening(
      http.createServer((_request, response) => {
        response.writeHead(200, { 'content-length': 9 });
        response.write('x', () => response.destroy());
      }),
    );
    const { error } = await failureOf(() => openObjectStore(clientOf(port), 'b-1').get('k'));
    expect(error.message).toMatch(/^the object store at 127\.0\.0\.1:\d+ broke the connection: /);
  });

  it('is named once by the operations', async () => {
    const port = await closedPort();
    await expect(
      openStorage({ objectStore: { ...optionsOf(port), sourceBuckets: [] }, dataDir: folder }),
    ).rejects.toMatchObject({
      type: 'Unreachable',
      message: `The object store (S3) at http://127.0.0.1:${port} cannot be used: it cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });
});
