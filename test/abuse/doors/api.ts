import fc from 'fast-check';
import { z } from 'zod';
import type { JsonSchema } from '../../../client/spec/schema.js';
import { allOperations } from '../../../operations/index.js';
import { type AnyOperation, pathNames } from '../../../operations/operation.js';
import { defineDoor } from '../door.js';
import { fromSchema } from '../items/from-schema.js';
import { mutated } from '../items/mutated.js';
import { type Json, nastyText } from '../items/nasty.js';
import { broken } from '../items/raw.js';
import { type Verdict, isFault, serverError, stopped } from '../verdict.js';
import { type EngineStage, HELD, KNOWN_NAMES, openEngine } from './engine-stage.js';
import { verdictOfAnswer } from './gateway-stage.js';

interface Item {
  method: string;
  /** Percent-encoded path with its query. */
  path: string;
  headers: Record<string, string>;
  /** Undefined for a request without a body. */
  body: string | undefined;
}

type Fields = Record<string, Json>;
const isObject = (value: Json): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Half of a surrogate pair has no percent-encoding. */
const encoded = (value: Json | undefined): string =>
  encodeURIComponent(
    Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toString(),
  );

/** The request that an input makes: names of the path, and the rest as query or body. */
function requestOf({ http }: AnyOperation, input: Json): Omit<Item, 'headers'> {
  const fields = isObject(input) ? input : {};
  const inPath = pathNames(http.path);
  const path = http.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(fields[name]) || '-');
  const rest = Object.entries(fields).filter(([name]) => !inPath.includes(name));
  if (http.method === 'POST')
    return { method: 'POST', path, body: JSON.stringify(isObject(input) ? Object.fromEntries(rest) : input) };
  const query = rest.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  return { method: 'GET', path: query === '' ? path : `${path}?${query}`, body: undefined };
}

const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ 'mainspring-caller': 'ada' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      {},
      { 'mainspring-caller': '%E0%A4%A' },
      { 'mainspring-caller': '%00' },
      { 'mainspring-caller': encodeURIComponent('\u001b[2J') },
      { 'content-type': 'text/plain' },
      { origin: 'https://evil.example' },
    ),
  },
);

function inputsOf(operation: AnyOperation, packed: Json): fc.Arbitrary<Json> {
  const spec = (packed as { spec: Json }).spec;
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const good =
    operation.name === 'lifecycles.start'
      ? fc.constant<Json>({ packed, run: 'another', by: 'ada', asOf: '2001-02-01' })
      : operation.name === 'lifecycles.prepare'
        ? fc.constant<Json>({ spec, run: 'another', by: 'ada', asOf: '2001-02-01' })
        : fromSchema(schema, KNOWN_NAMES);
  return fc.oneof(good, mutated(good));
}

function itemsOf(packed: Json): fc.Arbitrary<Item> {
  const ofOperations = fc.constantFrom(...allOperations).chain((operation) =>
    fc.tuple(inputsOf(operation, packed), headers).chain(([input, own]) => {
      const request = requestOf(operation, input);
      return broken(fc.constant(request.body ?? '')).map((body) => ({
        ...request,
        headers: { ...(request.body === undefined ? {} : { 'content-type': 'application/json' }), ...own },
        body: request.body === undefined ? undefined : body,
      }));
    }),
  );
  const others = fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH'),
      path: fc.oneof(
        nastyText.map((text) => `/v1/artifacts/${encoded(text)}`),
        nastyText.map((text) => `/${encoded(text)}`),
        fc.constantFrom('/v1/openapi.json', '/docs', '/health', '//', '/v1/%', '/v1/artifacts/%2e%2e%2f'),
      ),
      headers,
      body: fc.option(nastyText, { nil: undefined }),
    })
    .map(({ body, method, ...rest }) => ({
      ...rest,
      method,
      body: ['GET', 'HEAD'].includes(method) ? undefined : body,
    }));
  return fc.oneof({ weight: 9, arbitrary: ofOperations }, { weight: 1, arbitrary: others });
}

/** Bytes of an answer that are read. A stream goes on for ever. */
const READ_BYTES = 65_536;
const STREAM_MS = 250;

async function ask(
  address: string,
  { method, path, headers: own, body }: Item,
): Promise<{ statusCode: number; body: string }> {
  const answer = await fetch(`${address}${path}`, {
    method,
    headers: own,
    ...(body === undefined ? {} : { body }),
  });
  const reader = answer.body?.getReader();
  const parts: Uint8Array[] = [];
  const isStream = answer.headers.get('content-type')?.includes('ndjson') === true;
  const late = isStream ? setTimeout(() => void reader?.cancel(), STREAM_MS) : undefined;
  for (let bytes = 0; reader && bytes < READ_BYTES;) {
    const read = (await reader.read()) as { value?: Uint8Array };
    if (!read.value) break;
    parts.push(read.value);
    bytes += read.value.length;
  }
  clearTimeout(late);
  await reader?.cancel();
  return { statusCode: answer.status, body: Buffer.concat(parts).toString() };
}

/** The reason and the remedy of a problem; empty if one is missing. */
function reasonOf(body: string, method: string): string {
  if (method === 'HEAD') return 'no body';
  try {
    const { detail, remedy, type } = JSON.parse(body) as Record<string, unknown>;
    return typeof detail === 'string' && typeof remedy === 'string' && typeof type === 'string' ? detail : '';
  } catch {
    return '';
  }
}

function openApi(stage: EngineStage) {
  const { address, warnings } = stage.both;
  const good = {
    method: 'GET',
    path: `/v1/lifecycles/${encodeURIComponent(HELD)}`,
    headers: {},
    body: undefined,
  };

  async function send(item: Item): Promise<Verdict> {
    warnings.length = 0;
    const answer = await ask(address, item);
    const verdict = verdictOfAnswer(answer, (body) => reasonOf(body, item.method));
    if (isFault(verdict)) return { ...verdict, why: `${verdict.why} ${warnings.join()}` };
    if (answer.statusCode === 200 && /^\{"problem":.*"status":5/m.test(answer.body))
      return serverError(answer.body);
    if (warnings.length > 0) return serverError(`the log says: ${warnings.join()}`);
    const after = await ask(address, good);
    return after.statusCode === 200
      ? verdict
      : stopped(`a good request afterwards: ${after.statusCode} ${after.body}`);
  }
  return {
    items: itemsOf(JSON.parse(JSON.stringify(stage.packed)) as Json),
    send,
    close: () => stage.close(),
  };
}

/** Every operation over HTTP, on real servers with real workers, and paths that are none. */
export const api = defineDoor<Item>({
  name: 'api',
  what: 'every operation of the HTTP API',
  weight: 3,
  open: async () => openApi(await openEngine('abuse-api')),
});
