import { type IncomingHttpHeaders, type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../../../../activities/ports/job-backend.js';
import { defaultTiming } from '../../../../../../activities/ports/job-order.js';
import { openRayBackend } from '../../../../../../infra/adapters/jobs/ray/ray.js';
import { anArtifact } from '../../../../../support/fixtures.js';

/** Answers that a real head gives only on bad days; the rest is in test/conformance. */
let answer: RequestListener = () => undefined;
const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer((request, response) => {
  void text(request).then((body) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
});
const replying =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(body);

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mainspring-ray-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.length = 0;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const open = ({
  engineId = 'engine-1',
  ...more
}: { address?: string; token?: string | null; engineId?: string } = {}) =>
  openRayBackend(
    {
      engineId,
      dataDir,
      wrapper: '/opt/it’s a wrapper.mjs',
      sdk: '/opt/sdk',
      cache: join(dataDir, 'cache'),
      s3: {
        endpoint: '127.0.0.1',
        port: 1,
        useSsl: false,
        accessKey: 'key',
        secretKey: 's3-secret',
        region: 'r',
        bucket: 'b',
      },
      environment: { PATH: '/usr/bin', HOME: '/home/me', CUDA_VISIBLE_DEVICES: '7', MY_SECRET: 'x' },
    },
    { address: address(), token: 'ray-token', ...more },
  );

const jobKey = 'ms-abcdefghijklmnopqrst-a1';
const handle = { jobKey, nativeId: jobKey, nativeUid: null };
const request = (resources: Partial<JobRequest['order']['resources']> = {}): JobRequest => ({
  jobKey,
  engineId: 'engine-1',
  jobDigest: 'digest-1',
  placement: {},
  order: {
    intent: 'tiny/first/trial-0',
    jobKey,
    attempt: 1,
    runId: 'tiny/first',
    command: ['python', 'train.py'],
    code: anArtifact('code'),
    environment: anArtifact('environment'),
    channels: {},
    columns: { features: ['x'], label: 'label' },
    params: {},
    resources: { cpus: 2, memory: '3GiB', gpus: 1, nodes: 1, ...resources },
    seed: 1,
    deadline: '2030-01-01T00:00:00.000Z',
    objective: null,
    timing: defaultTiming,
  },
});

describe('a submission', () => {
  it('says everything that Ray needs, and no secret', async () => {
    answer = replying(200, '{}');
    expect(await open().submit(request({ gpuType: 'H100' }))).toEqual({ kind: 'accepted', handle });
    const { method, url, headers, body } = seen[0]!;
    expect([method, url, headers.authorization]).toEqual(['POST', '/api/jobs/', 'Bearer ray-token']);
    // This header would make Ray take the caller for a browser and answer 405.
    expect(headers).not.toHaveProperty('sec-fetch-mode');
    const sent = JSON.parse(body) as Record<string, unknown>;
    expect(sent).toMatchObject({
      submission_id: jobKey,
      metadata: { engineId: 'engine-1', jobDigest: 'digest-1' },
      entrypoint_num_cpus: 2,
      entrypoint_num_gpus: 1,
      entrypoint_memory: 3 * 2 ** 30,
      entrypoint_resources: { 'accelerator_type:H100': 0.001 },
      // The trainer's grace, and time for the last upload.
      runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: '35' } },
    });
    const { entrypoint } = sent as { entrypoint: string };
    expect(entrypoint).toContain(`'MAINSPRING_JOB_KEY=${jobKey}'`);
    expect(entrypoint).toContain("'/opt/it’s a wrapper.mjs'");
    expect(entrypoint).toContain(`>>'${join(dataDir, 'jobs', jobKey, 'log.txt')}' 2>&1`);
    // Ray assigns the GPUs, and a home folder of this machine does not exist on the node.
    expect(entrypoint).not.toMatch(/CUDA_VISIBLE_DEVICES|HOME=/);
    expect(body).not.toMatch(/s3-secret|ray-token|MY_SECRET/);
    expect(await readFile(join(dataDir, 'jobs', jobKey, 'secrets.json'), 'utf8')).toContain('s3-secret');
  });

  it('is refused without asking when it wants several nodes', async () => {
    expect(await open().submit(request({ nodes: 2 }))).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('training.resources.nodes is 2; Ray jobs run on one node') as string,
    });
    expect(seen).toEqual([]);
  });

  it.each([400, 500])(
    'is a duplicate when its id is taken, also by a %i with a traceback',
    async (status) => {
      const said = `Traceback …\nValueError: Job with submission_id ${jobKey} already exists. Please use a different submission_id.`;
      answer = replying(status, said);
      expect(await open().submit(request())).toEqual({ kind: 'duplicate' });
    },
  );

  it('is refused by any other 4xx, with the last line of what Ray says', async () => {
    answer = replying(400, 'Traceback …\nTypeError: runtime_env is no dict\n');
    expect(await open().submit(request())).toEqual({
      kind: 'refused',
      reason: '400: TypeError: runtime_env is no dict',
    });
  });

  it.each<[string, RequestListener]>([
    ['a 500', replying(500, 'No available agent to submit job, please try again later.')],
    ['a broken connection', (incoming) => void incoming.socket.destroy()],
    [
      'half an answer',
      (incoming, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
        setImmediate(() => incoming.socket.destroy());
      },
    ],
    ['a token that is not taken', replying(403, 'Forbidden')],
    ['a redirect', replying(302, '')],
  ])('has an unknown outcome after %s', async (_, reply) => {
    answer = reply;
    expect(await open().submit(request())).toMatchObject({ kind: 'unknown' });
  });
});

describe('a question', () => {
  it('is answered with absent only by Ray’s own 404', async () => {
    answer = replying(404, `Job ${jobKey} does not exist`);
    expect(await open().status(handle)).toEqual({ kind: 'absent' });
    expect(await open().find(jobKey)).toEqual({ kind: 'absent' });
    answer = replying(404, '404 page not found');
    expect(await open().status(handle)).toMatchObject({ kind: 'unreachable' });
  });

  it('about a job that a lost head forgot is answered from the wrapper’s exit record', async () => {
    answer = replying(404, `Job ${jobKey} does not exist`);
    const ended = { code: 64, cause: 'trainer', reason: 'rounds must be at least 1' };
    const usage = { wallSeconds: 3, cpuSeconds: 2, gpuSeconds: 3 };
    const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
    const write = async (pid: number, record: unknown): Promise<void> => {
      await mkdir(join(dataDir, 'jobs', jobKey), { recursive: true });
      await writeFile(join(dataDir, 'jobs', jobKey, `exit.${pid}.json`), JSON.stringify(record));
    };
    await write(7, { ended, usage, at: at(2) });
    await write(8, { ended: { ...ended, code: 1 }, usage, at: at(1) });
    expect(await open().status(handle)).toEqual({
      kind: 'ended',
      exitCode: 64,
      class: null,
      reason: 'rounds must be at least 1',
      spend: usage,
    });
    // The job is still absent.
    expect(await open().find(jobKey)).toEqual({ kind: 'absent' });
  });

  it.each<[string, RequestListener, RegExp]>([
    ['500', replying(500, 'boom'), /answers 500: boom/],
    ['a page', replying(200, '<html>Sign in</html>'), /does not answer as Ray does: <html>Sign in/],
    ['another JSON', replying(200, '{"status": "Bound"}'), /does not answer as Ray does/],
    ['403', replying(403, ''), /does not take the token of MAINSPRING_RAY_TOKEN/],
  ])('to which %s is the answer says nothing about the job', async (_, reply, reason) => {
    answer = reply;
    const unreachable = { kind: 'unreachable', reason: expect.stringMatching(reason) as string };
    expect(await open().find(jobKey)).toEqual(unreachable);
    expect(await open().status(handle)).toEqual(unreachable);
    expect(await open().list('engine-1')).toEqual(unreachable);
  });

  it('names the variable to set when a token is asked for and none is there', async () => {
    answer = replying(401, 'Unauthorized');
    expect(await open({ token: null }).find(jobKey)).toMatchObject({
      reason: expect.stringContaining('it asks for a token; set MAINSPRING_RAY_TOKEN') as string,
    });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that gets no answer leads to no conclusion about the job', async () => {
    const backend = open({ address: 'http://127.0.0.1:1' });
    expect(await backend.status(handle)).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    await expect(backend.cancel(handle, { kill: false })).rejects.toThrow('ECONNREFUSED');
  });

  it('goes to the path of a proxy too', async () => {
    answer = replying(404, 'Job does not exist');
    await open({ address: `${address()}/ray/` }).find(jobKey);
    expect(seen[0]?.url).toBe(`/ray/api/jobs/${jobKey}`);
  });
});

it('lists waiting and running jobs with our label, and no others', async () => {
  const one = (
    submission_id: string | null,
    status: string,
    engineId: string | null,
    type = 'SUBMISSION',
  ) => ({
    type,
    submission_id,
    status,
    metadata: engineId === null ? null : { engineId, jobDigest: `digest of ${submission_id}` },
  });
  const jobs = [
    one('waits', 'PENDING', 'engine-1'),
    one('runs', 'RUNNING', 'engine-1'),
    one('over', 'SUCCEEDED', 'engine-1'),
    one('theirs', 'RUNNING', 'engine-2'),
    one('unlabelled', 'RUNNING', null),
    one(null, 'RUNNING', null, 'DRIVER'),
  ];
  answer = replying(200, JSON.stringify(jobs));
  const listed = await open().list('engine-1');
  expect(listed).toEqual({
    kind: 'listed',
    jobs: [
      {
        handle: { jobKey: 'waits', nativeId: 'waits', nativeUid: null },
        jobDigest: 'digest of waits',
        state: 'queued',
      },
      {
        handle: { jobKey: 'runs', nativeId: 'runs', nativeUid: null },
        jobDigest: 'digest of runs',
        state: 'running',
      },
    ],
  });
});
