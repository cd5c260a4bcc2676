import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createRegistryActivities } from '../../activities/registry/index.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import type { Watched } from '../../operations/lifecycles/watch.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { anEvaluation } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { type BothWays, openBothWays, ways } from './ways.js';

vi.setConfig({ testTimeout: 240_000 });

let harness: ClientHarness;
let workflows: WorkflowHarness;
let both: BothWays;
let db: ReturnType<typeof openDatabase>;
const gateway = { requests: [] as unknown[], server: createServer() };
beforeAll(async () => {
  [harness, workflows] = await Promise.all([
    clientHarness('client'),
    workflowHarness('test/client/lifecycle-workflows.ts', 'client'),
  ]);
  db = openDatabase(harness.postgresUrl);
  await openGateway();
  const { port } = gateway.server.address() as AddressInfo;
  both = await openBothWays(harness, { MAINSPRING_GATEWAY_PORT: String(port) });
});
afterAll(async () => {
  await both?.close();
  gateway.server.close();
  await workflows?.close();
  await db?.destroy();
  await harness?.close();
});

/** Path of a request to the gateway → its answer. */
const GATEWAY: Record<string, object> = {
  '/v2/models/tiny': { inputs: [{ name: 'features', datatype: 'FP32' }] },
  '/v2/models/tiny/infer': {
    model_name: 'tiny',
    model_version: '1',
    id: 'q-1',
    outputs: [{ name: 'probability', shape: [2], datatype: 'FP32', data: [0.25, 0.5] }],
  },
  '/v2/models/kinds': {
    inputs: [
      { name: 'place', datatype: 'BYTES' },
      { name: 'wet', datatype: 'BOOL' },
    ],
  },
  '/v2/models/kinds/infer': {
    model_name: 'kinds',
    model_version: '3',
    id: 'q-2',
    outputs: [
      { name: 'probabilities', shape: [2, 2], datatype: 'FP32', data: [0.25, 0.75, 1, 0] },
      { name: 'class', shape: [2], datatype: 'BYTES', data: ['rain', 'sun'] },
    ],
  },
};

/** A gateway that records its requests. */
async function openGateway(): Promise<void> {
  gateway.server.on('request', ({ url = '', method }, response) => {
    const request = response.req;
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (method === 'POST') gateway.requests.push({ url, body: JSON.parse(body) as unknown });
      const answer = GATEWAY[url];
      response.setHeader('content-type', 'application/json');
      response.statusCode = answer ? 200 : 404;
      response.end(JSON.stringify(answer ?? { error: `no model ${url.split('/')[3]}` }));
    });
  });
  await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
}

/** Activities with real records and made-up scores. */
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

describe.each(ways)('over the way to the %s, a run', (way) => {
  /** Each way has a model of its own, because both ways share the servers. */
  const model = way === 'servers' ? 'tiny' : 'tiny-api';
  const modelFile = (name: string) => harness.modelFile(`${way}-${name}`, { model });
  const over = () => both.over[way];
  const named = (run: string): string => `${model}/${run}`;

  const pendingOfModel = async () =>
    (await over().mainspring.approvals.list()).filter((approval) => approval.model === model);

  async function waitForApproval(run: string): Promise<string> {
    const find = async () => (await pendingOfModel()).find((approval) => approval.run === run);
    await expect.poll(find, { timeout: 60_000 }).toBeDefined();
    return (await find())!.id;
  }

  it('is followed from charter to promotion, with the votes of two people in between', async () => {
    const file = await modelFile('promoted');
    await withWorkers(async () => {
      const { mainspring, cli } = over();
      await mainspring.lifecycles.start(file, { by: 'ada', asOf: '2001-02-01', run: 'promoted' });
      const seen: Watched[] = [];
      const watching = (async () => {
        const changes = mainspring.lifecycles.watch(named('promoted'), { intervalMs: 100 });
        for await (const look of changes) seen.push(look);
      })();
      const id = await waitForApproval('promoted');
      const [pending] = await pendingOfModel();
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

      const vote = ['approve', `${model}/1`, '--by', 'maya', '--note', 'meets the goal', '--json'];
      const counted = await cli(vote);
      expect(counted.exitCode, counted.stderr).toBe(0);
      expect(JSON.parse(counted.stdout)).toMatchObject({
        approval: id,
        state: { status: 'PENDING', missing: { 'ml-engineer': 1 } },
      });
      expect((await cli(['approve', id, '--by', 'maya'])).exitCode).toBe(3);
      await mainspring.approvals.vote(named('promoted'), { by: 'tomas', verdict: 'approve' });
      await watching;

      const last = seen.at(-1);
      expect(last?.state).toMatchObject({ outcome: 'promoted', version: 1, stage: 'done' });
      expect(seen.some(({ state }) => state.approval === id)).toBe(true);
      const noteOfApproval = async () => {
        const { state } = await mainspring.lifecycles.status(named('promoted'));
        return state.stages.find(({ stage }) => stage === 'approval')?.note;
      };
      await expect.poll(noteOfApproval, { timeout: 60_000 }).toContain('meets the goal');
      expect(await pendingOfModel()).toEqual([]);
    });
  });

  it('leaves a model, a version with its origin, and a report that can be opened', async () => {
    const { mainspring, cli } = over();
    const models = await mainspring.models.list();
    expect(models.filter((known) => known.model === model)).toMatchObject([{ versions: 1 }]);
    const { version } = await mainspring.models.get(`${model}@1`);
    expect(version).toMatchObject({ version: 1, run: 'promoted', params: { rounds: 4 } });
    await expect(mainspring.models.get(`${model}@champion`)).rejects.toMatchObject({
      kind: 'not-found',
      remedy: 'There are: 1.',
    });
    const out = join(harness.folder, `${way}-report.html`);
    const { link, path } = await mainspring.lifecycles.report(named('promoted'), { out });
    expect(path).toBe(out);
    expect(await readFile(out, 'utf8')).toBe('<h1>Evidence</h1>');
    expect(await (await fetch(link)).text()).toBe('<h1>Evidence</h1>');
    const status = await cli(['status', named('promoted')]);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain('promoted');
    const shown = await cli(['model', model, '--json']);
    expect(JSON.parse(shown.stdout)).toHaveLength(1);
  });

  it('ends as rejected with the reason of the one who rejected, and watch says so by its exit code', async () => {
    const file = await modelFile('rejected');
    await withWorkers(async () => {
      const { mainspring, cli } = over();
      await mainspring.lifecycles.start(file, { by: 'ada', run: 'declined' });
      const said = { stdout: '', stderr: '' };
      const watching = cli(['watch', named('declined')], said);
      const id = await waitForApproval('declined');
      await expect.poll(() => said.stdout, { timeout: 30_000 }).toContain('approval: waits for people');
      const rejected = await cli(['reject', id, '--by', 'tomas', '--note', 'night flights']);
      expect(rejected).toMatchObject({ exitCode: 0 });
      expect(rejected.stdout).toContain('Rejected: nothing is released');
      const watched = await watching;
      expect(watched.exitCode).toBe(3);
      expect(watched.stdout).toMatch(/rejected: .*tomas.*night flights/);
      expect((await cli(['approve', id, '--by', 'maya'])).exitCode).toBe(4);
    });
  });

  it('is cancelled with a reason, once', async () => {
    const file = await modelFile('cancelled');
    await withWorkers(async () => {
      const { lifecycles } = over().mainspring;
      await lifecycles.start(file, { by: 'ada', run: 'waits' });
      await expect
        .poll(async () => (await lifecycles.status(named('waits'))).state.stage, { timeout: 30_000 })
        .toBe('training');
      await lifecycles.cancel(named('waits'), { by: 'ada', reason: 'wrong data' });
      await expect
        .poll(async () => (await lifecycles.status(named('waits'))).record?.outcomeReason, {
          timeout: 30_000,
        })
        .toBe('cancelled by ada: wrong data');
      await expect(lifecycles.cancel(named('waits'), { by: 'ada', reason: 'again' })).rejects.toMatchObject({
        kind: 'refused',
      });
    });
  });

  it('stays readable when the workers are gone', async () => {
    const { lifecycles } = over().mainspring;
    const { state, source } = await lifecycles.status(named('waits'));
    expect(source).toBe('database');
    expect(state.outcome).toBe('cancelled');
    const runs = await lifecycles.list({ model });
    expect(runs.map(({ run, outcome }) => `${run} ${outcome}`)).toEqual([
      'waits cancelled',
      'declined rejected',
      'promoted promoted',
    ]);
  });

  it('gets predictions as one tensor a feature, with the version that answered', async () => {
    gateway.requests.length = 0;
    const data = '[{"x": 1, "rainy": true}, {"x": null, "rainy": false}]';
    const answered = await over().cli(['predict', 'tiny', '--data', data, '--id', 'q-1', '--json']);
    expect(JSON.parse(answered.stdout)).toMatchObject({
      model: 'tiny',
      version: '1',
      id: 'q-1',
      predictions: [{ probability: 0.25 }, { probability: 0.5 }],
    });
    expect(gateway.requests).toEqual([
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
    const unknown = await over().cli(['predict', 'unknown', '--data', '{"x": 1}']);
    expect(unknown).toMatchObject({ exitCode: 4, stdout: '' });
    expect(unknown.stderr).toContain('no model unknown');
  });

  it('gets predictions from texts and booleans, each sent with the type that the model takes', async () => {
    gateway.requests.length = 0;
    const data = [{ place: 'Seattle', wet: true }, { place: null }];
    const answer = await over().mainspring.models.predict('kinds', { data });

    expect(answer).toEqual({
      model: 'kinds',
      version: '3',
      id: 'q-2',
      predictions: [
        { probabilities: [0.25, 0.75], class: 'rain' },
        { probabilities: [1, 0], class: 'sun' },
      ],
    });
    expect(gateway.requests).toEqual([
      {
        url: '/v2/models/kinds/infer',
        body: {
          inputs: [
            { name: 'place', shape: [2], datatype: 'BYTES', data: ['Seattle', null] },
            { name: 'wet', shape: [2], datatype: 'BOOL', data: [true, null] },
          ],
        },
      },
    ]);
    const shown = await over().cli(['predict', 'kinds', '--data', JSON.stringify(data)]);
    expect(shown.stdout).toMatch(/0 +│? *0\.250000, 0\.750000 +│? *rain/);
  });

  it.each([
    [['predict', 'tiny'], 'exactly one of --data and --file'],
    [['predict', 'tiny', '--data', '{x}'], '--data is not JSON'],
    [['predict', 'tiny', '--data', '{"x": [1]}'], 'not an object of features'],
  ])('is told what is wrong with the data of a prediction: %j', async (args, message) => {
    const result = await over().cli(args);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(message);
  });
});

it('the API answered as its document says, and failed at nothing', () => {
  expect(both.warnings).toEqual([]);
});
