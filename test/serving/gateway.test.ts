import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestLogRow } from '../../contracts/request-log.js';
import {
  FEATURES,
  MODEL,
  type Stage,
  aRequest,
  aRow,
  get,
  openStage,
  post,
  served,
  until,
} from './support.js';

interface Answer {
  model_name: string;
  model_version: string;
  id: string;
  outputs: { name: string; shape: number[]; data: number[] }[];
  error?: string;
}

let stage: Stage;
let url: string;
const infer = (body: unknown, path = `/v2/models/${MODEL}/infer`) => post<Answer>(url, path, body);

beforeAll(async () => {
  stage = await openStage();
  await stage.register(3);
  ({ url } = await stage.gateway());
});
afterAll(() => stage?.close());

describe('a gateway without routes', () => {
  it('is ready without a model, and names none', async () => {
    await until('ready', async () => (await get(url, '/v2/health/ready')).status === 200);
    expect((await get(url, '/v2')).body).toMatchObject({ name: 'mainspring-gateway' });
    const { status, body } = await infer(aRequest(1));
    expect(status).toBe(404);
    expect(body.error).toContain('no model is served yet');
  });
});

describe('a gateway with a champion', () => {
  beforeAll(async () => {
    const { generation } = await stage.route({ champion: await stage.version(1, 'champion') });
    await served(stage.control, generation);
  });

  it('answers one row, echoes its id and names the version', async () => {
    const { status, body } = await infer(aRequest(1));
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: MODEL, model_version: '1', id: 'r-1' });
    const [output] = body.outputs;
    expect(output).toMatchObject({ name: 'probability', shape: [1] });
    expect(output?.data[0]).toBeGreaterThan(0);
    expect(output?.data[0]).toBeLessThan(1);
  });

  it('gives the same answers for flat data, nested data and one input per feature, and makes an id when there is none', async () => {
    const rows = [aRow(1), aRow(2), aRow(3)];
    const matrix = (data: unknown) => ({
      inputs: [{ name: 'features', shape: [3, 14], datatype: 'FP64', data }],
    });
    const columns = {
      inputs: FEATURES.map((name, i) => ({
        name,
        shape: [3],
        datatype: 'FP32',
        data: rows.map((row) => row[i]),
      })),
    };
    const answers = await Promise.all(
      [matrix(rows.flat()), matrix(rows), columns].map((body) => infer(body)),
    );
    const data = answers.map(({ body }) => body.outputs[0]?.data);
    expect(data[1]).toEqual(data[0]);
    expect(data[2]).toEqual(data[0]);
    expect(data[0]).toHaveLength(3);
    expect(answers[0]?.body.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers many requests at once like it answers each alone', async () => {
    const alone: (number | undefined)[] = [];
    for (let n = 0; n < 100; n++) alone.push((await infer(aRequest(n))).body.outputs[0]?.data[0]);
    const together = await Promise.all(alone.map((_, n) => infer(aRequest(n))));
    together.forEach(({ body }, n) => expect(body.outputs[0]?.data[0]).toBeCloseTo(alone[n] ?? NaN, 6));
  });

  it.each([
    ['no JSON', '{"inputs":', 400, 'JSON'],
    ['no inputs', {}, 400, 'inputs must be an array'],
    [
      'a wrong datatype',
      { inputs: [{ name: 'features', shape: [1, 14], datatype: 'BYTES', data: aRow(1) }] },
      400,
      'FP32',
    ],
    [
      'a wrong width',
      { inputs: [{ name: 'features', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] }] },
      400,
      'f0, f1',
    ],
    [
      'a wrong count',
      { inputs: [{ name: 'features', shape: [2, 14], datatype: 'FP32', data: aRow(1) }] },
      400,
      'needs 28',
    ],
    [
      'a text',
      { inputs: [{ name: 'features', shape: [1, 14], datatype: 'FP32', data: [...aRow(1).slice(1), 'x'] }] },
      400,
      'f13, row 0',
    ],
    [
      'a misspelt feature',
      { inputs: [{ name: 'hourr', shape: [1], datatype: 'FP32', data: [1] }] },
      400,
      'hourr are unknown',
    ],
    [
      'ids for other rows',
      aRequest(1, { parameters: { inference_ids: ['a', 'b'] } }),
      400,
      'parameters.inference_ids is an array of 2',
    ],
    [
      'an id for two rows',
      {
        parameters: { inference_ids: ['a', 'a'] },
        inputs: [{ name: 'features', shape: [2, 14], datatype: 'FP32', data: [...aRow(1), ...aRow(2)] }],
      },
      400,
      'parameters.inference_ids[1] is "a", as is parameters.inference_ids[0]',
    ],
    [
      'an output that the model does not have',
      aRequest(1, { outputs: [{ name: 'label' }] }),
      400,
      'outputs[0].name is "label", which is no output: the model has probability',
    ],
    ['a misspelt field', aRequest(1, { paramters: {} }), 400, 'paramters is unknown here'],
    [
      'a time that is none',
      aRequest(1, { parameters: { event_time: 'noon' } }),
      400,
      'parameters.event_time',
    ],
    [
      'too many rows',
      {
        inputs: [
          { name: 'features', shape: [10_001, 14], datatype: 'INT8', data: new Array(140_014).fill(1) },
        ],
      },
      413,
      'at most 10000',
    ],
    ['too large a body', { id: 'x'.repeat(9 * 2 ** 20) }, 413, '8 MiB'],
  ])('refuses %s with a message that helps', async (_what, body, status, text) => {
    const answer = await infer(body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(text);
  });

  it('names the models and versions that there are when asked for another', async () => {
    expect((await infer(aRequest(1), '/v2/models/other/infer')).body.error).toContain(`served: ${MODEL}`);
    const { status, body } = await infer(aRequest(1), `/v2/models/${MODEL}/versions/9/infer`);
    expect(status).toBe(404);
    expect(body.error).toContain('loaded: 1');
    expect((await get(url, '/nothing')).body['error']).toContain('/v2/models/<model>/infer');
  });

  it('describes the model and says that it is ready', async () => {
    expect((await get(url, `/v2/models/${MODEL}/ready`)).body).toEqual({ name: MODEL, ready: true });
    expect((await get(url, `/v2/models/${MODEL}/versions/1`)).body).toMatchObject({
      versions: ['1'],
      parameters: { features: FEATURES },
    });
  });
});

describe('the request log', () => {
  it('holds each answered row once, with its id, event time, version, features and score, and is gone from disk', async () => {
    await post(url, `/v2/models/${MODEL}/flush`, {});
    await stage.db.deleteFrom('request_segments').execute();
    const { body } = await infer({
      id: 'batch',
      parameters: {
        event_times: ['2001-02-03T10:00:00Z', '2001-02-03T12:00:00+02:00'],
        entities: ['a', 'b'],
      },
      inputs: [{ name: 'features', shape: [2, 14], datatype: 'FP32', data: [...aRow(1), ...aRow(2)] }],
    });
    await infer(
      aRequest(3, { parameters: { inference_ids: ['flight-3'], event_time: '2001-02-04T00:00:00Z' } }),
    );
    expect((await post(url, `/v2/models/${MODEL}/flush`, {})).body).toMatchObject({ rows: 3 });
    const segments = await stage.db.selectFrom('request_segments').selectAll().execute();
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({
      rows: 3,
      first_at: new Date('2001-02-03T10:00:00Z'),
      last_at: new Date('2001-02-04T00:00:00Z'),
    });
    const { uri, sha256, bytes, media_type } = segments[0]!;
    const zipped = await stage.artifacts.read({ uri, sha256, bytes, mediaType: media_type });
    const rows = gunzipSync(zipped)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RequestLogRow);
    expect(rows.map((row) => row.inference_id)).toEqual(['batch:0', 'batch:1', 'flight-3']);
    expect(rows[1]).toMatchObject({
      event_time: '2001-02-03T10:00:00.000Z',
      model: MODEL,
      version: 1,
      arm: 'champion',
      features: aRow(2),
      score: body.outputs[0]?.data[1],
    });
    expect((await post(url, `/v2/models/${MODEL}/flush`, {})).body).toEqual({ segments: 0, rows: 0 });
  });
});
