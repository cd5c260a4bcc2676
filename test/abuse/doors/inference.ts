import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readLines } from '../../../activities/monitoring/logged-lines.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { FEATURES, aRow } from '../../serving/support.js';
import { species } from '../../serving/typed-models.js';
import { defineDoor } from '../door.js';
import { mutated } from '../items/mutated.js';
import type { Json } from '../items/nasty.js';
import { asJson, broken } from '../items/raw.js';
import { requests } from '../items/tensors.js';
import { type Verdict, accepted, isFault, setAside, stopped } from '../verdict.js';
import { type GatewayStage, MODEL, errorOf, gatewayWith, verdictOfAnswer } from './gateway-stage.js';

interface Item {
  json: string;
  /** Bytes after the JSON; undefined without the header of binary tensors. */
  binary: Uint8Array | undefined;
  /** The header of binary tensors, if it is not the length of the JSON. */
  jsonLength: string | undefined;
  gzip: boolean;
  path: string;
}

const PATHS = [`/v2/models/${MODEL}/infer`, `/v2/models/${MODEL}/versions/1/infer`, '/v2/models/%00/infer'];

/** Most often undefined. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Binary tensors: sizes that are right for one row of numbers, and others. */
const binary = seldom(
  fc.oneof(fc.constant(Buffer.from(Float32Array.from(aRow(1)).buffer)), fc.uint8Array({ maxLength: 64 })),
);

const itemsOf = (documents: fc.Arbitrary<Json>): fc.Arbitrary<Item> =>
  fc.record({
    json: broken(asJson(fc.oneof(documents, mutated(documents)))),
    binary,
    jsonLength: seldom(fc.constantFrom('0', '-1', '5', '99999999', 'x', '')),
    gzip: fc.boolean(),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constant(PATHS[0] ?? '') },
      { weight: 1, arbitrary: fc.constantFrom(...PATHS) },
    ),
  });

const binaryTensor: Json = {
  inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', parameters: { binary_data_size: 56 } }],
};

/** Good rows after each item, and at the end a window over all that was logged. */
function openInference({ stage, server }: GatewayStage, documents: fc.Arbitrary<Json>, good: Json) {
  const sql = openSqlEngine();
  const ask = (body: string | Buffer, headers: Record<string, string> = {}, url = PATHS[0] ?? '') =>
    server.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: body,
    });
  const outputs = async (): Promise<string> => {
    const { body, statusCode } = await ask(JSON.stringify(good));
    return statusCode === 200 ? JSON.stringify((JSON.parse(body) as { outputs: unknown }).outputs) : body;
  };
  let before: string | undefined;

  async function send({ json, binary: bytes, jsonLength, gzip, path }: Item): Promise<Verdict> {
    before ??= await outputs();
    const text = Buffer.from(json);
    const whole = bytes === undefined ? text : Buffer.concat([text, bytes]);
    const length = jsonLength ?? (bytes === undefined ? undefined : String(text.length));
    const headers = {
      ...(length === undefined ? {} : { 'inference-header-content-length': length }),
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    };
    const answer = await ask(gzip ? gzipSync(whole) : whole, headers, path);
    const verdict = verdictOfAnswer(answer, errorOf);
    if (isFault(verdict)) return verdict;
    const after = await outputs();
    return after === before ? verdict : stopped(`a good request afterwards was answered ${after}`);
  }

  /** Ships the log and reads it as a window does. */
  async function settle(): Promise<Verdict> {
    const flushed = await server.inject({ method: 'POST', url: `/v2/models/${MODEL}/flush` });
    if (flushed.statusCode !== 200) return stopped(`the log was not shipped: ${flushed.body}`);
    const segments = await stage.db.selectFrom('request_segments').selectAll().execute();
    await stage.db.deleteFrom('request_segments').execute();
    const files = await Promise.all(
      segments.map(async ({ uri, sha256, bytes, media_type, rows }) => ({
        path: await stage.artifacts.fetch({ uri, sha256, bytes, mediaType: media_type }),
        uri,
        rows,
      })),
    );
    const { features, width } = shapeOf(good);
    const window = { from: '1970-01-01T00:00:00.000Z', to: '2200-01-01T00:00:00.000Z' };
    const found = await sql.session(
      { folder: stage.directory, signal: AbortSignal.timeout(60_000) },
      async (session) => {
        await readLines(session, files, { version: 1, window, features, width });
        const [kept] = await session.rows('select count(*)::integer as rows from lines');
        const aside = await session.rows(
          'select reason, sum(rows)::integer as rows from aside group by reason',
        );
        return { kept: Number(kept?.['rows']), aside };
      },
    );
    const logged = files.reduce((sum, { rows }) => sum + rows, 0);
    const left = found.aside.reduce((sum, { rows }) => sum + Number(rows), 0);
    if (found.kept + left !== logged)
      return stopped(`${logged} rows were answered, and the window has ${found.kept} and set ${left} aside`);
    return left === 0 ? accepted() : setAside(JSON.stringify(found.aside));
  }

  return { items: itemsOf(documents), send, settle, close: () => stage.close() };
}

const shapeOf = (good: Json): { features: number; width: number } =>
  (good as { inputs: unknown[] }).inputs.length === 1
    ? { features: 14, width: 1 }
    : { features: 4, width: 3 };

/** Inference requests for a model of numbers: JSON, binary tensors and compressed bodies. */
export const inference = defineDoor<Item>({
  name: 'inference',
  what: 'requests to the gateway: JSON, binary, compressed',
  weight: 3,
  open: async () => {
    const inputs = FEATURES.map((name, at) => ({
      name,
      datatype: 'FP32',
      value: (n: number): Json => aRow(n)[at] ?? null,
    }));
    const good = { inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: aRow(2) }] };
    return openInference(
      await gatewayWith((stage) => stage.version(1, 'champion')),
      fc.oneof(
        { weight: 4, arbitrary: requests(inputs, true) },
        { weight: 1, arbitrary: fc.constant(binaryTensor) },
      ),
      good,
    );
  },
});

/** The same for a model with whole numbers, truth values and texts. */
export const typedInference = defineDoor<Item>({
  name: 'typed-inference',
  what: 'requests for a model with texts and whole numbers',
  weight: 2,
  open: async () => {
    const model = species('species');
    const DATATYPE = {
      float32: 'FP32',
      float64: 'FP64',
      int64: 'INT64',
      bool: 'BOOL',
      string: 'BYTES',
    } as const;
    const inputs = model.inputs.map(({ name, type }, at) => ({
      name,
      datatype: DATATYPE[type],
      value: (n: number): Json => model.goldenRows[n]?.[at] ?? null,
    }));
    const good = {
      inputs: inputs.map(({ name, datatype, value }) => ({ name, datatype, shape: [1], data: [value(1)] })),
    };
    return openInference(await gatewayWith((stage) => stage.typed(1, model)), requests(inputs, false), good);
  },
});
