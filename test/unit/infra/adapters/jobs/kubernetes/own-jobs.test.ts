import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKubernetesBackend } from '../../../../../../infra/adapters/jobs/kubernetes/kubernetes.js';

const marked = 'ms-wuv56oztrc-3ymlgxn52wbfcmzoptae-a1';
const unmarked = 'ms-3ymlgxn52wbfcmzoptae-a1';
const uid = 'uid-1';

/** An API server with one running Job and its pod. It ignores label selectors and remembers deletes. */
let server: Server;
let folder: string;
let jobKey: string;
let engineId: string;
const deleted: string[] = [];
const job = () => ({
  metadata: {
    name: jobKey,
    uid,
    labels: { 'mainspring/engine': engineId },
    annotations: { 'mainspring/engine-id': engineId, 'mainspring/job-digest': 'd' },
  },
  status: { active: 1 },
});
const pod = () => ({
  metadata: {
    name: `${jobKey}-x`,
    uid: 'uid-2',
    labels: { 'mainspring/engine': engineId, 'batch.kubernetes.io/controller-uid': uid },
  },
  status: { phase: 'Running', containerStatuses: [{ name: 'job', state: { running: {} } }] },
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-kubernetes-'));
  deleted.length = 0;
  server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'DELETE') deleted.push(path);
    const items = path.endsWith('/jobs') ? [job()] : path.endsWith('/pods') ? [pod()] : [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(path.includes(`/jobs/${jobKey}`) ? job() : { items }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [
      { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(join(folder, 'config'), JSON.stringify(config));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const open = () =>
  openKubernetesBackend({
    ...{ dataDir: folder, wrapper: '', sdk: '', cache: '', s3: {} as never, environment: {} },
    ...{ kubeconfig: join(folder, 'config'), namespace: 'default', image: 'i', claim: null },
    ...{ user: null, node: 'node', engineId: 'engine-1' },
  });
const handles = () => [null, uid].map((nativeUid) => ({ jobKey, nativeId: `default/${jobKey}`, nativeUid }));

it.each([
  ['of this installation', marked, 'engine-1'],
  ['of an earlier version without an engine id', unmarked, 'local'],
])('a Job %s is watched and deleted with its pods', async (_, key, label) => {
  [jobKey, engineId] = [key, label];
  for (const handle of handles()) expect(await open().status(handle)).toEqual({ kind: 'running' });
  await open().cancel(handles()[1]!, { kill: true });
  expect(deleted).toHaveLength(2);
});

it.each([
  ['another installation', marked],
  ['another installation, under a name of an earlier version', unmarked],
])('a Job of %s is neither listed nor watched nor deleted, nor are its pods', async (_, key) => {
  [jobKey, engineId] = [key, 'engine-2'];
  for (const handle of handles()) {
    expect(await open().status(handle)).toEqual({ kind: 'absent' });
    await open().cancel(handle, { kill: true });
    await open().cancel(handle, { kill: false });
  }
  expect(await open().list('engine-1')).toEqual({ kind: 'listed', jobs: [] });
  expect(deleted).toEqual([]);
});
