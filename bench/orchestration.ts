import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { parse, stringify } from 'yaml';
import { type Mainspring, connect } from '../client/index.js';
import { packSpec } from '../client/pack/pack-spec.js';
import { specOrRefuse } from '../client/spec/check.js';
import { digestOf } from '../contracts/digest.js';
import type { ModelSpecInput } from '../contracts/spec/model-spec.js';
import { sampledFlights } from '../examples/flight-delay/sampled-source.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import type { Config } from '../infra/config.js';
import { openServices } from '../infra/open-services.js';
import type { Services } from '../operations/ports/services.js';
import { startStack } from '../infra/dev/stack.js';
import type { Bench } from './bench.js';

const FRACTION = 0.25;
const PAIRS = 3;
const AT_MOST = 1.15;
const QUEUE = 'bench-flat';
const example = fileURLToPath(new URL('../examples/flight-delay/', import.meta.url));
const flatWorkflow = fileURLToPath(new URL('orchestration/flat.ts', import.meta.url));
const VOTERS = [
  { by: 'maya', role: 'business-stakeholder' },
  { by: 'tomas', role: 'ml-engineer' },
] as const;

/** The example under another name, so that every run is the first of its model. */
async function modelFile(folder: string, model: string): Promise<string> {
  const spec = parse(await readFile(join(example, 'model.yaml'), 'utf8')) as ModelSpecInput;
  const at = (path: string) => resolve(example, path);
  const sources = Object.fromEntries(
    Object.entries(spec.data.sources).map(([name, source]) => [
      name,
      { ...source, ...(source.csv ? { csv: at(source.csv) } : { parquet: at(source.parquet ?? '') }) },
    ]),
  );
  const renamed: ModelSpecInput = {
    ...spec,
    model,
    data: { ...spec.data, sources, clean: at(spec.data.clean) },
    features: { ...spec.features, sql: at(spec.features.sql) },
    training: { ...spec.training, code: at(spec.training.code), environment: at(spec.training.environment) },
    evaluation: { ...spec.evaluation, gates: [{ name: 'any', metric: 'roc_auc', atLeast: 0.5 }] },
  };
  const file = join(folder, `${model}.yaml`);
  await writeFile(file, stringify(renamed));
  return file;
}

/** Forget remembered steps, so that no run reuses the results of the first one. */
async function forgetSteps(config: Config): Promise<void> {
  const db = openDatabase(config.postgres.url);
  await db.deleteFrom('steps').execute();
  await db.destroy();
}

async function vote(mainspring: Mainspring, model: string): Promise<void> {
  for (;;) {
    const open = (await mainspring.approvals.list()).find((approval) => approval.model === model);
    if (open) {
      for (const voter of VOTERS) await mainspring.approvals.vote(open.id, { ...voter, verdict: 'approve' });
      return;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}

interface Timed {
  seconds: number;
  events: number;
  historyBytes: number;
}

/** A lifecycle by the engine: from the start call to its result. */
async function byEngine(
  mainspring: Mainspring,
  client: Client,
  file: string,
  model: string,
  flights: string,
): Promise<Timed> {
  const startedAt = performance.now();
  const { workflowId } = await mainspring.lifecycles.start(file, {
    by: 'bench',
    asOf: '2001-02-01',
    run: 'engine',
    sources: { flights },
  });
  await vote(mainspring, model);
  await client.workflow.getHandle(workflowId).result();
  return timed(client, workflowId, startedAt);
}

async function recordSpec(
  mainspring: Mainspring,
  services: Services,
  file: string,
  flights: string,
): Promise<string> {
  const { registry } = await services.records();
  const { artifacts } = mainspring;
  const into = { files: artifacts, copy: artifacts.copy };
  const packed = await packSpec(file, await specOrRefuse(file), into, { flights });
  const digest = digestOf(packed);
  await registry.saveSpec(digest, packed);
  return digest;
}

/** The same stages by the hand-written workflow. Both sides include packing and uploading the spec. */
async function byHand(
  mainspring: Mainspring,
  services: Services,
  client: Client,
  file: string,
  model: string,
  flights: string,
): Promise<Timed> {
  const startedAt = performance.now();
  const specDigest = await recordSpec(mainspring, services, file, flights);
  const workflowId = `flat/${model}`;
  const handle = await client.workflow.start('flat', {
    workflowId,
    taskQueue: QUEUE,
    args: [
      {
        model,
        run: 'by-hand',
        specDigest,
        asOf: '2001-02-01T00:00:00.000Z',
        startedBy: 'bench',
        reason: 'bench',
        triggerId: null,
        history: null,
        reuseHyperparameters: false,
      },
    ],
  });
  await handle.signal('approve');
  await handle.signal('approve');
  await handle.result();
  return timed(client, workflowId, startedAt);
}

async function timed(client: Client, workflowId: string, startedAt: number): Promise<Timed> {
  const seconds = (performance.now() - startedAt) / 1000;
  const { historyLength, historySize } = await client.workflow.getHandle(workflowId).describe();
  return { seconds, events: historyLength, historyBytes: historySize ?? 0 };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const round = (value: number): number => Math.round(value * 1000) / 1000;

export const bench: Bench = {
  name: 'orchestration',
  summary: `a whole lifecycle by the engine against a hand-written workflow with the same activities: at most ${AT_MOST} times as long`,
  run: async (print) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));
    const stack = await startStack({ env: process.env, dataDir: folder, autoPorts: true });
    const { config } = stack;
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { address, namespace } = config.temporal;
    const [connection, native] = await Promise.all([
      Connection.connect({ address }),
      NativeConnection.connect({ address }),
    ]);
    const client = new Client({ connection, namespace });
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: QUEUE,
      workflowsPath: flatWorkflow,
    });
    const working = worker.run();
    const mainspring = connect({ config });
    const services = openServices(config);
    try {
      const flights = await sampledFlights(FRACTION, config.dataDir);
      const warm = `warm-${randomUUID().slice(0, 8)}`;
      // Builds the Python environment and fills all caches.
      await byEngine(mainspring, client, await modelFile(folder, warm), warm, flights);
      const [engine, hand]: [Timed[], Timed[]] = [[], []];
      for (let pair = 0; pair < PAIRS; pair++) {
        await forgetSteps(config);
        const ours = `engine-${pair}`;
        engine.push(await byEngine(mainspring, client, await modelFile(folder, ours), ours, flights));
        await forgetSteps(config);
        const theirs = `hand-${pair}`;
        hand.push(
          await byHand(mainspring, services, client, await modelFile(folder, theirs), theirs, flights),
        );
      }
      const [ours, theirs] = [
        median(engine.map((run) => run.seconds)),
        median(hand.map((run) => run.seconds)),
      ];
      print({
        bench: 'orchestration',
        ratio: round(ours / theirs),
        atMost: AT_MOST,
        engineSeconds: engine.map((run) => round(run.seconds)),
        byHandSeconds: hand.map((run) => round(run.seconds)),
        engineLifecycleEvents: engine[0]?.events,
        byHandEvents: hand[0]?.events,
      });
    } finally {
      worker.shutdown();
      await working;
      await Promise.all([mainspring.close(), services.close()]);
      await Promise.all([connection.close(), native.close()]);
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
