import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, type Stage, aRequest, aRow, get, openStage, post, served } from './support.js';

/** What reaches the gateway over HTTP in another form than plain JSON, or as it should not. */

interface Answer {
  outputs: { name: string; data?: number[]; parameters?: { binary_data_size: number } }[];
  error?: string;
}

let stage: Stage;
let url: string;
const path = `/v2/models/${MODEL}/infer`;

async function send(
  body: string | Buffer,
  headers: Record<string, string>,
  to = path,
): Promise<{ status: number; bytes: Buffer; headers: Headers; body: Answer }> {
  const answer = await fetch(`${url}${to}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const length = Number(answer.headers.get('inference-header-content-length') ?? bytes.length);
  const parsed = JSON.parse(bytes.subarray(0, length).toString()) as Answer;
  return { status: answer.status, bytes: bytes.subarray(length), headers: answer.headers, body: parsed };
}

beforeAll(async () => {
  stage = await openStage();
  await stage.register(1);
  ({ url } = await stage.gateway({ receiveMs: 500 }));
  const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
  await served(stage.control, generation);
});
afterAll(() => stage?.close());

describe('binary tensors', () => {
  const json = (parameters: object = {}) =>
    JSON.stringify({
      parameters,
      inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', parameters: { binary_data_size: 56 } }],
    });
  const binary = (text: string, tensor = Buffer.from(Float32Array.from(aRow(1)).buffer)) =>
    send(Buffer.concat([Buffer.from(text), tensor]), {
      'content-type': 'application/octet-stream',
      'Inference-Header-Content-Length': String(Buffer.byteLength(text)),
    });

  it('are answered like the same values in JSON, with binary outputs when they are asked for', async () => {
    const plain = (await post<Answer>(url, path, aRequest(1))).body.outputs[0]?.data?.[0] ?? NaN;
    expect((await binary(json())).body.outputs[0]?.data?.[0]).toBeCloseTo(plain, 6);
    const { bytes, body } = await binary(json({ binary_data_output: true }));
    expect(body.outputs[0]).toMatchObject({ name: 'probability', parameters: { binary_data_size: 4 } });
    expect(bytes.readFloatLE(0)).toBeCloseTo(plain, 6);
    expect(bytes).toHaveLength(4);
  });

  it('are named in the metadata of the server, with the encodings of a body', async () => {
    expect((await get(url, '/v2')).body).toMatchObject({
      extensions: expect.arrayContaining(['binary_tensor_data']) as string[],
      parameters: { content_encodings: ['gzip', 'deflate', 'br'] },
    });
  });

  it('are refused when a value is infinite, when bytes are missing, and without the header', async () => {
    const infinite = await binary(json(), Buffer.from(new Float32Array(14).fill(Infinity).buffer));
    expect([infinite.status, infinite.body.error]).toEqual([400, expect.stringContaining('f0, row 0')]);
    expect((await binary(json(), Buffer.alloc(8))).body.error).toContain('but 8 bytes follow');
    const without = await send(json(), { 'content-type': 'application/json' });
    expect([without.status, without.body.error]).toEqual([400, expect.stringContaining('must be an array')]);
  });

  it.each(['-1', 'x', '9999999'])('are refused with header %s', async (length) => {
    const { status, body } = await send(json(), { 'Inference-Header-Content-Length': length });
    expect([status, body.error]).toEqual([400, expect.stringContaining('Inference-Header-Content-Length')]);
  });
});

describe('a compressed body', () => {
  const text = JSON.stringify(aRequest(1));

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('is read: %s', async (encoding, body) => {
    expect((await send(body, { 'content-encoding': encoding })).status).toBe(200);
  });

  it.each([
    ['no gzip', Buffer.from(text), 'gzip', 400, 'not valid gzip'],
    ['a bomb', gzipSync(Buffer.alloc(9 * 2 ** 20)), 'gzip', 413, '8 MiB'],
    ['another encoding', Buffer.from(text), 'zstd', 415, 'expected gzip, deflate, br'],
    ['two encodings', Buffer.from(text), 'gzip, gzip', 415, 'expected gzip'],
    ['a name of an object', Buffer.from(text), 'constructor', 415, 'expected gzip'],
  ])('is refused: %s', async (_what, body, encoding, status, error) => {
    const answer = await send(body, { 'content-encoding': encoding });
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringContaining(error)]);
  });
});

describe('a row for which the model gives no probability', () => {
  it('is refused as such, and not as a failure of the gateway, each time', async () => {
    const body = JSON.stringify(
      aRequest(1, {
        inputs: [
          {
            name: 'features',
            shape: [1, 14],
            datatype: 'FP32',
            data: [null, ...aRow(1).slice(1)] as number[],
          },
        ],
      }),
    );
    for (let n = 0; n < 2; n++) {
      const answer = await send(body, { 'content-type': 'application/json' });
      expect([answer.status, answer.body.error]).toEqual([
        422,
        expect.stringContaining('the model gave NaN for row 0, expected a probability'),
      ]);
    }
  });
});

describe('a body that is no request', () => {
  it.each([
    ['NaN', '{"inputs": [NaN]}', 'NaN and Infinity are not JSON'],
    ['half a JSON', '{"inputs":', 'the body is not valid JSON: it ends too early. A missing value is null'],
    ['a prototype', '{"__proto__": {"id": "a"}}', 'the name "__proto__" is not allowed'],
    [
      'a prototype within',
      '{"parameters": {"constructor": {"prototype": 1}}}',
      'the name "prototype" is not allowed',
    ],
    ['nothing', '', 'must be a JSON object'],
    ['a list', '[]', 'must be a JSON object'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not UTF-8'],
    ['a million brackets', `{"id": ${'['.repeat(1e6)}${']'.repeat(1e6)}}`, 'id is'],
    [
      'a long name',
      JSON.stringify({ inputs: [{ name: 'x'.repeat(1e6), shape: [1], datatype: 'FP32', data: [1] }] }),
      'missing',
    ],
    [
      '1e400',
      JSON.stringify(aRequest(1)).replace('"data":[0.7', '"data":[1e400'),
      'Infinity is no value of FP32',
    ],
  ])('is refused with 400 and a short reason: %s', async (_what, body, error) => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await send(body, { 'content-type': type });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toContain(error);
      expect(answer.body.error?.length).toBeLessThan(2_100);
    }
  });

  it('and a path that is no URL are refused with 400', async () => {
    expect(await post(url, '/v2/models/%zz/infer', {})).toMatchObject({ status: 400 });
  });
});

/** Send the head of a request, and `drip` every 50 ms, until the gateway ends the connection. */
async function answerTo(head: string, drip: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString()));
  socket.on('error', () => undefined);
  socket.write(head);
  const timer = setInterval(() => socket.write(drip), 50);
  await once(socket, 'close');
  clearInterval(timer);
  return answer;
}

describe('a request that never ends', () => {
  const start = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;

  it.each([
    ['its body stops', `${start}content-length: 100\r\n\r\n{`, ''],
    ['its body comes byte by byte', `${start}content-length: 100000\r\n\r\n{`, ' '],
    ['its chunks never end', `${start}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    ['its headers never end', start, 'x: y\r\n'],
  ])('is answered with 408 and closed: %s', async (_what, head, drip) => {
    const answer = await answerTo(head, drip);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('{"error":"the request did not come whole within 0.5 s"}');
  });

  it('and bytes that are no HTTP are refused in JSON', async () => {
    expect(await answerTo('hello\r\n\r\n', '')).toContain('{"error":"the request is not HTTP/1.1: ');
  });
});

describe('a page of another site', () => {
  const label = { inference_id: 'page', label: 1, label_ts: '2001-02-01T00:00:00Z' };
  const feedback = JSON.stringify({ model: MODEL, labels: [label] });

  it.each([
    '/feedback',
    `/v2/models/${MODEL}/feedback`,
    `/v2/models/${MODEL}/flush`,
    path,
    `/v2/models/${MODEL}/versions/1/infer`,
  ])('cannot post to %s', async (to) => {
    for (const headers of [
      { origin: 'https://evil.example', 'content-type': 'text/plain' },
      { origin: 'null', 'content-type': 'application/x-www-form-urlencoded' },
      { origin: 'http://127.0.0.1:1', 'content-type': 'application/json' },
      { 'sec-fetch-site': 'cross-site', 'content-type': 'multipart/form-data; boundary=x' },
      { 'sec-fetch-site': 'same-site', 'content-type': 'text/plain' },
    ]) {
      const { status, body } = await send(feedback, headers, to);
      expect([status, body.error]).toEqual([403, expect.stringContaining('pages of')]);
    }
  });

  it('is told apart from programs and from a page of the gateway’s own address', async () => {
    const { host } = new URL(url);
    for (const headers of [
      {},
      { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ])
      expect((await send(feedback, headers as Record<string, string>, '/feedback')).status).toBe(200);
  });
});

describe('a hundred labels with a bad one', () => {
  const labels = (id: string) =>
    Array.from({ length: 100 }, (_, n) => ({
      inference_id: `${id}-${n}`,
      label: n % 2,
      label_ts: '2001-02-01T00:00:00Z',
    }));

  it.each([
    ['NUL', { inference_id: 'nul\0' }],
    ['half a character', { inference_id: '\ud800' }],
    ['a third class', { label: 2 }],
    ['a time without zone', { label_ts: '2001-02-01T00:00:00' }],
  ])('keeps the other 99 and names the bad one: %s', async (what, change) => {
    const sent = labels(what);
    Object.assign(sent[41] ?? {}, change);
    const { status, body } = await post(url, `/v2/models/${MODEL}/feedback`, { labels: sent });
    expect(status).toBe(400);
    expect(body).toMatchObject({ accepted: 99, refused: 1, refusedLabels: [{ at: 41 }] });
    expect(body['error']).toContain('labels[41]');
    const kept = await stage.db
      .selectFrom('labels')
      .select('inference_id')
      .where('inference_id', 'like', `${what}-%`)
      .execute();
    expect(kept).toHaveLength(99);
  });

  it('is counted in the figures of the model', async () => {
    const { labels: counts } = (await get<{ labels: { refused: number } }>(url, `/v2/models/${MODEL}/stats`))
      .body;
    expect(counts.refused).toBeGreaterThanOrEqual(4);
  });

  it('leaves a good label of the same row as it is', async () => {
    const good = { inference_id: 'stays', label: 1, label_ts: '2001-02-01T00:00:00Z' };
    await post(url, '/feedback', { model: MODEL, labels: [good] });
    await post(url, '/feedback', {
      model: MODEL,
      labels: [{ ...good, label: 0.97, label_ts: '2002-02-01T00:00:00Z' }],
    });
    const { label } = await stage.db
      .selectFrom('labels')
      .select('label')
      .where('inference_id', '=', 'stays')
      .executeTakeFirstOrThrow();
    expect(label).toBe(1);
  });
});
