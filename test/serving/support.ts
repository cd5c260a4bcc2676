import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'minio';
import type { Kysely } from 'kysely';
import { inject } from 'vitest';
import type { ArtifactStore } from '../../activities/ports/artifact-store.js';
import type { ServingControl } from '../../activities/ports/serving-control.js';
import { MediaType } from '../../contracts/artifacts.js';
import type { GoldenRequests } from '../../contracts/evaluation.js';
import { BINARY, type Problem, problemType } from '../../contracts/problems/index.js';
import type { RouteTable, ServedVersion } from '../../contracts/release.js';
import { type FeatureValue, type Signature, numericSignature } from '../../contracts/signature.js';
import { batchOf, layoutOf } from '../../serving/features/layout.js';
import { openScorer } from '../../infra/adapters/onnx/scorer.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openReportSink } from '../../infra/adapters/postgres/gateway-reports.js';
import { openRouteSource } from '../../infra/adapters/postgres/gateway-routes.js';
import { openLabelStore } from '../../infra/adapters/postgres/labels.js';
import { openSegmentStore } from '../../infra/adapters/postgres/request-segments.js';
import type { Database } from '../../infra/adapters/postgres/schema.js';
import { openServingControl } from '../../infra/adapters/postgres/serving-control.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { migrate } from '../../infra/migrations/migrate.js';
import { type Gateway, type GatewayDeps, openGateway } from '../../serving/gateway.js';
import { freshDatabase } from '../support/database.js';
import { aDataResult, aJobResult, aPackedSpec, anEvaluation, sha } from '../support/fixtures.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';

export const FEATURES = Array.from({ length: 14 }, (_, i) => `f${i}`);
export type Fixture = 'champion' | 'better' | 'opposite' | 'fragile' | 'narrow' | 'loop';
export const fixturePath = (name: Fixture): string => join(import.meta.dirname, 'fixtures', `${name}.onnx`);

export interface TypedModel {
  /** Name of a file in `fixtures`. */
  file: string;
  problem: Problem;
  inputs: Signature['inputs'];
  goldenRows: FeatureValue[][];
}

/** The features of row `n`. Different rows have different predictions. */
export const aRow = (n: number): number[] => FEATURES.map((_, i) => ((n * 7 + i * 13) % 50) / 10);

/** A request of one row, as a client sends it. */
export const aRequest = (n: number, change: object = {}) => ({
  id: `r-${n}`,
  inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: aRow(n) }],
  ...change,
});

/** A database, an artifact store and folders for one test file. `close` removes them, even after a failed test. */
export interface Stage {
  url: string;
  db: Kysely<Database>;
  control: ServingControl;
  artifacts: ArtifactStore;
  directory: string;
  /** Stores a version as training and evaluation do. */
  version(version: number, fixture: Fixture, golden?: Partial<GoldenRequests>): Promise<ServedVersion>;
  /** Stores a version whose model has a signature. */
  typed(version: number, model: TypedModel): Promise<ServedVersion>;
  /** Inserts the version rows that aliases refer to. */
  register(versions: number): Promise<void>;
  /** Sets the next generation of routes, as the release workflow does. */
  route(table: Partial<RouteTable>): Promise<RouteTable>;
  deps(change?: Partial<GatewayDeps>): GatewayDeps;
  gateway(change?: Partial<GatewayDeps>): Promise<{ gateway: Gateway; url: string }>;
  close(): Promise<void>;
}

export const MODEL = 'tiny';

export async function openStage(): Promise<Stage> {
  const database = await freshDatabase();
  await migrate(database.url);
  const db = openDatabase(database.url, { max: 4 });
  const directory = await mkdtemp(join(tmpdir(), 'mainspring-gateway-'));
  const { endpoint, port, useSsl, accessKey, secretKey, region, bucket } = inject('s3');
  const client = new Client({ endPoint: endpoint, port, useSSL: useSsl, accessKey, secretKey, region });
  const artifacts = openArtifactStore(client, bucket, join(directory, 'models'));
  const control = openServingControl(db);
  const open: Gateway[] = [];

  const deps = (change: Partial<GatewayDeps> = {}): GatewayDeps => ({
    gateway: 'g1',
    stateDir: join(directory, 'state'),
    routes: openRouteSource(db),
    reports: openReportSink(db),
    labels: openLabelStore(db),
    segments: openSegmentStore(db),
    artifacts,
    models: openScorer(),
    log: { info: () => {}, warn: () => {} },
    pollMs: 20,
    reportMs: 50,
    ...change,
  });

  /** Stores a model and its golden requests. The golden answers are the model's own predictions. */
  async function store(
    path: string,
    { problem, inputs, goldenRows }: Omit<TypedModel, 'file'>,
    golden: Partial<GoldenRequests> = {},
  ): Promise<Pick<ServedVersion, 'model' | 'golden'>> {
    const signature = { inputs, outputs: problemType(problem).exports(problem) };
    const model = await openScorer().load(path, path, { signature, problem });
    const layout = layoutOf(inputs, model.takes === 'matrix');
    const predictions = await model.score(batchOf(layout, goldenRows.flat(), goldenRows.length));
    await model.release();
    const requests: GoldenRequests = {
      features: inputs.map(({ name }) => name),
      rows: goldenRows,
      scores: Array.from(predictions),
      tolerance: problemType(problem).goldenTolerance(predictions),
      ...golden,
    };
    return {
      model: await artifacts.put(await readFile(path), MediaType.onnx),
      golden: await artifacts.put(JSON.stringify(requests), MediaType.json),
    };
  }

  return {
    url: database.url,
    db,
    control,
    artifacts,
    directory,
    deps,
    version: async (version, fixture, golden = {}) => {
      const width = fixture === 'narrow' ? 3 : 14;
      const rows = Array.from({ length: 5 }, (_, n) => aRow(n).slice(0, width));
      const { inputs } = numericSignature(FEATURES.slice(0, width));
      const stored = await store(
        fixturePath(fixture),
        { problem: BINARY, inputs, goldenRows: rows },
        {
          features: FEATURES,
          ...golden,
        },
      );
      return { version, ...stored, features: FEATURES };
    },
    typed: async (version, { file, ...model }) => {
      const { inputs, problem } = model;
      const stored = await store(join(import.meta.dirname, 'fixtures', `${file}.onnx`), model);
      const signature = { inputs, outputs: problemType(problem).exports(problem) };
      return { version, ...stored, features: inputs.map(({ name }) => name), signature, problem };
    },
    register: async (versions) => {
      const registry = openRegistry(db);
      await registry.saveSpec(sha('spec'), aPackedSpec());
      const data = aDataResult();
      for (let version = 1; version <= versions; version++) {
        const job = aJobResult(`tiny/run-${version}/final-fit`);
        await registry.registerVersion({
          model: MODEL,
          run: `run-${version}`,
          specDigest: sha('spec'),
          trained: { artifact: job.model, params: {}, trainedBy: job.jobKey, spend: job.spend },
          data: { train: sha('train'), test: sha('test'), snapshots: {}, trainRange: data.windows.train },
          code: sha('code'),
          environment: sha('environment'),
          evaluation: anEvaluation(),
          decisions: [],
        });
      }
    },
    route: async (table) => {
      const current = await control.routes(MODEL);
      const { generation: _, ...base } = current ?? {
        generation: 0,
        model: MODEL,
        champion: null,
        candidate: null,
        candidateShare: 0,
        salt: 'salt',
      };
      return control.setRoutes({
        release: 'release/test',
        model: MODEL,
        run: 'run-1',
        version: 1,
        expectedGeneration: current?.generation ?? 0,
        table: { ...base, ...table },
        reason: 'test',
      });
    },
    gateway: async (change) => {
      const gateway = await openGateway(deps(change));
      open.push(gateway);
      return { gateway, url: await gateway.listen({ host: '127.0.0.1', port: 0 }) };
    },
    close: async () => {
      await Promise.allSettled(open.map((gateway) => gateway.close()));
      await db.destroy();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Repeat `probe` until it returns a value. It is the only wait in these tests, and it asserts nothing about time. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + 90_000;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within 90 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function post<T = Record<string, unknown>>(
  url: string,
  path: string,
  body: unknown,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

export async function get<T = Record<string, unknown>>(
  url: string,
  path: string,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${url}${path}`);
  return { status: answer.status, body: (await answer.json()) as T };
}

export const served = (control: ServingControl, generation: number): Promise<unknown> =>
  until(`generation ${generation} is observed`, async () => {
    const { reports } = await control.reports(MODEL);
    return reports.some((report) => report.observedGeneration >= generation);
  });
