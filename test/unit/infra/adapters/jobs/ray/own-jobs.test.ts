import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRayBackend } from '../../../../../../infra/adapters/jobs/ray/ray.js';

const marked = 'ms-wuv56oztrc-3ymlgxn52wbfcmzoptae-a1';
const unmarked = 'ms-3ymlgxn52wbfcmzoptae-a1';

/** A head with one running job. It remembers the stops. */
let server: Server;
let dataDir: string;
let metadata: Record<string, string> | null;
const stops: string[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mainspring-ray-'));
  stops.length = 0;
  server = createServer((request, response) => {
    if (request.method === 'POST') stops.push(request.url ?? '');
    const submission_id = /ms-[a-z0-9-]+/.exec(request.url ?? '')?.[0] ?? marked;
    const job = { type: 'SUBMISSION', submission_id, status: 'RUNNING', metadata };
    response.end(
      JSON.stringify(
        request.method === 'POST' ? { stopped: true } : request.url === '/api/jobs/' ? [job] : job,
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

function open() {
  const stage = { engineId: 'engine-1', dataDir, wrapper: '', sdk: '', cache: '', s3: {} as never };
  const { port } = server.address() as AddressInfo;
  return openRayBackend({ ...stage, environment: {} }, { address: `http://127.0.0.1:${port}`, token: null });
}
const handleOf = (jobKey: string) => ({ jobKey, nativeId: jobKey, nativeUid: null });

it.each([
  ['of this installation', marked, 'engine-1'],
  ['of an earlier version without an engine id', unmarked, 'local'],
])('a Ray job %s is watched and stopped', async (_, jobKey, engineId) => {
  metadata = { engineId, jobDigest: 'd' };
  expect(await open().status(handleOf(jobKey))).toEqual({ kind: 'running' });
  await open().cancel(handleOf(jobKey), { kill: false });
  expect(stops).toEqual([`/api/jobs/${jobKey}/stop`]);
});

it.each([
  ['another installation', marked, { engineId: 'engine-2', jobDigest: 'd' }],
  ['another installation, under a name of an earlier version', unmarked, { engineId: 'engine-2' }],
  ['nobody that is known', marked, null],
])('a Ray job of %s is neither listed nor watched nor stopped', async (_, jobKey, labels) => {
  metadata = labels;
  expect(await open().status(handleOf(jobKey))).toEqual({ kind: 'absent' });
  expect(await open().list('engine-1')).toEqual({ kind: 'listed', jobs: [] });
  await open().cancel(handleOf(jobKey), { kill: true });
  expect(stops).toEqual([]);
});
