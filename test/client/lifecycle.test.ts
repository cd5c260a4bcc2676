import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createRegistryActivities } from '../../activities/registry/index.js';
import type { Watched } from '../../client/operations/watch.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { anEvaluation } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

/** Each command is a process that compiles as it loads: seconds on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

let harness: ClientHarness;
let workflows: WorkflowHarness;
let db: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  [harness, workflows] = await Promise.all([
    clientHarness('client'),
    workflowHarness('test/client/lifecycle-workflows.ts', 'client'),
  ]);
  db = openDatabase(harness.postgresUrl);
});
afterAll(async () => {
  await workflows?.close();
  await db?.destroy();
  await harness?.close();
});

/** Records are real; only the scores are made up. */
async function activities() {
  const s3 = inject('s3');
  const store = openArtifactStore(openS3(s3), s3.bucket, join(harness.folder, 'cache'));
  const report = await store.put('<h1>Evidence</h1>', 'text/html');
  return {
    ...createRegistryActivities({ registry: openRegistry(db) }),
    evaluateModels: async () => ({ ...anEvaluation(), report }),
    ensureLoop: async () => undefined,
  };
}
const withWorkers = async <T>(work: () => Promise<T>): Promise<T> => workflows.run(await activities(), work);

async function waitForApproval(run: string): Promise<string> {
  await expect
    .poll(async () => (await harness.mainspring.pendingApprovals()).map((pending) => pending.run), {
      timeout: 60_000,
    })
    .toContain(run);
  const pending = (await harness.mainspring.pendingApprovals()).find((approval) => approval.run === run);
  return pending!.id;
}

describe('a run, seen through the client', () => {
  it('is followed from charter to promotion, with the votes of two people in between', async () => {
    const file = await harness.modelFile('promoted');
    await withWorkers(async () => {
      const { mainspring, cli } = harness;
      await mainspring.start(file, { by: 'ada', asOf: '2001-02-01', run: 'promoted' });
      const seen: Watched[] = [];
      const watching = (async () => {
        for await (const look of mainspring.watch('promoted', { intervalMs: 100 })) seen.push(look);
      })();
      const id = await waitForApproval('promoted');
      const [pending] = await mainspring.pendingApprovals();
      expect(pending).toMatchObject({
        id,
        status: 'PENDING',
        missing: { 'business-stakeholder': 1, 'ml-engineer': 1 },
        owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['tomas'] },
        startedBy: 'ada',
        metrics: { roc_auc: 0.77 },
      });

      const refused = await cli(['approve', id, '--by', 'mallory', '--role', 'ml-engineer']);
      expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
      expect(refused.stderr).toContain('"mallory" does not hold role "ml-engineer"; it is held by: tomas');
      const stale = await cli(['approve', id, '--by', 'maya', '--evidence', '0123456789']);
      expect(stale.exitCode).toBe(3);
      expect(stale.stderr).toContain('is not what is decided on');

      const counted = await cli(['approve', 'tiny/1', '--by', 'maya', '--note', 'meets the goal', '--json']);
      expect(counted.exitCode).toBe(0);
      expect(JSON.parse(counted.stdout)).toMatchObject({
        approval: id,
        state: { status: 'PENDING', missing: { 'ml-engineer': 1 } },
      });
      expect((await cli(['approve', id, '--by', 'maya'])).exitCode).toBe(3);
      await mainspring.vote('promoted', { by: 'tomas', verdict: 'approve' });
      await watching;

      const last = seen.at(-1);
      expect(last?.state).toMatchObject({ outcome: 'promoted', version: 1, stage: 'done' });
      expect(seen.some(({ state }) => state.approval === id)).toBe(true);
      const noteOfApproval = async () =>
        (await mainspring.status('promoted')).state.stages.find(({ stage }) => stage === 'approval')?.note;
      await expect.poll(noteOfApproval, { timeout: 60_000 }).toContain('meets the goal');
      expect(await mainspring.pendingApprovals()).toEqual([]);
    });
  });

  it('leaves a model, a version with its origin, and a report that can be opened', async () => {
    const { mainspring, cli } = harness;
    expect(await mainspring.models()).toMatchObject([{ model: 'tiny', versions: 1 }]);
    const { version } = await mainspring.model('tiny@1');
    expect(version).toMatchObject({ version: 1, run: 'promoted', params: { rounds: 4 } });
    await expect(mainspring.model('tiny@champion')).rejects.toMatchObject({
      kind: 'not-found',
      remedy: 'There are: 1.',
    });
    const { link, path } = await mainspring.report('promoted', { out: join(harness.folder, 'report.html') });
    expect(await readFile(path!, 'utf8')).toBe('<h1>Evidence</h1>');
    expect(await (await fetch(link)).text()).toBe('<h1>Evidence</h1>');
    const status = await cli(['status', 'promoted']);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain('promoted');
    const shown = await cli(['model', 'tiny', '--json']);
    expect(JSON.parse(shown.stdout)).toHaveLength(1);
  });

  it('ends as rejected with the reason of the one who rejected, and watch says so by its exit code', async () => {
    const file = await harness.modelFile('rejected');
    await withWorkers(async () => {
      await harness.mainspring.start(file, { by: 'ada', run: 'declined' });
      const watching = harness.cli(['watch', 'declined']);
      const id = await waitForApproval('declined');
      const rejected = await harness.cli(['reject', id, '--by', 'tomas', '--note', 'night flights']);
      expect(rejected).toMatchObject({ exitCode: 0 });
      expect(rejected.stdout).toContain('Rejected: nothing is released');
      const watched = await watching;
      expect(watched.exitCode).toBe(3);
      expect(watched.stdout).toContain('approval: waits for people');
      expect(watched.stdout).toMatch(/rejected: .*tomas.*night flights/);
      expect((await harness.cli(['approve', id, '--by', 'maya'])).exitCode).toBe(4);
    });
  });

  it('is cancelled with a reason, once', async () => {
    const file = await harness.modelFile('cancelled');
    await withWorkers(async () => {
      const { mainspring } = harness;
      await mainspring.start(file, { by: 'ada', run: 'waits' });
      await expect
        .poll(async () => (await mainspring.status('waits')).state.stage, { timeout: 30_000 })
        .toBe('training');
      await mainspring.cancel('waits', { by: 'ada', reason: 'wrong data' });
      await expect
        .poll(async () => (await mainspring.status('waits')).record?.outcomeReason, { timeout: 30_000 })
        .toBe('cancelled by ada: wrong data');
      await expect(mainspring.cancel('waits', { by: 'ada', reason: 'again' })).rejects.toMatchObject({
        kind: 'refused',
      });
    });
  });

  it('stays readable when the workers are gone', async () => {
    const { state, source } = await harness.mainspring.status('waits');
    expect(source).toBe('database');
    expect(state.outcome).toBe('cancelled');
    expect((await harness.mainspring.list()).map(({ run, outcome }) => `${run} ${outcome}`)).toEqual([
      'waits cancelled',
      'declined rejected',
      'promoted promoted',
    ]);
  });
});

describe('predict', () => {
  it('sends one tensor a feature, and gives the probabilities and the version back', async () => {
    const requests: unknown[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        requests.push({ url: request.url, body: JSON.parse(body) as unknown });
        response.setHeader('content-type', 'application/json');
        if (request.url?.includes('unknown')) {
          response.statusCode = 404;
          response.end('{"error":"no model unknown"}');
          return;
        }
        response.end(
          '{"model_name":"tiny","model_version":"1","id":"q-1","outputs":[{"name":"probability","shape":[2],"datatype":"FP32","data":[0.25,0.5]}]}',
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = { MAINSPRING_GATEWAY_PORT: String((server.address() as AddressInfo).port) };
    try {
      const data = '[{"x": 1, "rainy": true}, {"x": null, "rainy": false}]';
      const answered = await harness.cli(
        ['predict', 'tiny', '--data', data, '--id', 'q-1', '--json'],
        gateway,
      );
      expect(JSON.parse(answered.stdout)).toEqual({
        model: 'tiny',
        version: '1',
        id: 'q-1',
        probabilities: [0.25, 0.5],
      });
      expect(requests).toEqual([
        {
          url: '/v2/models/tiny/infer',
          body: {
            id: 'q-1',
            inputs: [
              { name: 'x', shape: [2], datatype: 'FP32', data: [1, null] },
              { name: 'rainy', shape: [2], datatype: 'FP32', data: [1, 0] },
            ],
          },
        },
      ]);
      const unknown = await harness.cli(['predict', 'unknown', '--data', '{"x": 1}'], gateway);
      expect(unknown).toMatchObject({ exitCode: 4, stdout: '' });
      expect(unknown.stderr).toContain('no model unknown');
    } finally {
      server.close();
    }
  });

  it.each([
    [['predict', 'tiny'], 'exactly one of --data and --file'],
    [['predict', 'tiny', '--data', '{x}'], '--data is not JSON'],
    [['predict', 'tiny', '--data', '{"x": "a lot"}'], 'not an object of numbers'],
  ])('is told what is wrong with its data: %j', async (args, message) => {
    const result = await harness.cli(args);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(message);
  });
});
