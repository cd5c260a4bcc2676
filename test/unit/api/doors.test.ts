import { describe, expect, it } from 'vitest';
import { toError } from '../../../client/remote/ask.js';
import { fail } from '../../../contracts/failures.js';
import { MainspringError } from '../../../operations/errors.js';
import type { Records } from '../../../operations/ports/records.js';
import { anApi, json } from './support.js';

type Request = {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers?: Record<string, string>;
  payload?: string;
};

const pool = (payload: string, headers: Record<string, string> = json): Request => ({
  method: 'POST',
  url: '/v1/pools/desk',
  headers,
  payload,
});

describe('at its doors the API', () => {
  it.each<[string, Request, number, RegExp]>([
    ['a body that is not JSON', pool('{"backend": '), 400, /the body is not JSON/],
    [
      'a body of a million brackets',
      pool('['.repeat(500_000) + ']'.repeat(500_000)),
      400,
      /more than 32 levels/,
    ],
    ['an empty body', pool(''), 400, /the body is empty/],
    [
      'a body that is compressed',
      pool('{}', { ...json, 'content-encoding': 'gzip' }),
      415,
      /encoding is gzip/,
    ],
    ['a body that is a list', pool('[]'), 400, /the body is not a JSON object/],
    ['a body that is null', pool('null'), 400, /the body is not a JSON object/],
    ['an unknown field', pool('{"backend":"local","jobz":1}'), 422, /jobz is an unknown field/],
    ['a wrong type', pool('{"backend":"local","jobs":"4"}'), 422, /jobs is "4", allowed: a whole number/],
    ['a missing field', pool('{}'), 422, /backend is missing/],
    ['a NUL character', pool('{"backend":"lo\\u0000cal","jobs":1}'), 422, /backend has a NUL character/],
    [
      'a prototype',
      pool('{"__proto__":{"jobs":1},"backend":"a"}'),
      400,
      /^the name "__proto__" is not allowed$/,
    ],
    [
      'a prototype within',
      pool('{"weights":{"constructor":{"prototype":{}}}}'),
      400,
      /^the name "prototype" is/,
    ],
    ['half a body', pool('{"jobs" 1}'), 400, /^the body is not JSON: its character 9 does not belong there$/],
    [
      'a field that is in the path too',
      pool('{"name":"other","backend":"local"}'),
      400,
      /stated more than once/,
    ],
    ['a query with a body', { ...pool('{}'), url: '/v1/pools/desk?jobs=1' }, 400, /query parameter "jobs"/],
    [
      'a form',
      pool('jobs=1', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      /allowed: application\/json/,
    ],
    [
      'a form that calls itself text',
      pool('{}', { 'content-type': 'text/plain' }),
      415,
      /allowed: application\/json/,
    ],
    ['a body without a type', pool('{}', {}), 415, /the content type is missing/],
    ['a page of another site', pool('{}', { ...json, origin: 'https://evil.example' }), 403, /evil\.example/],
    [
      'a page of another port of this machine',
      pool('{}', { ...json, host: '127.0.0.1:8090', origin: 'http://127.0.0.1:3000' }),
      403,
      /127\.0\.0\.1:3000/,
    ],
    [
      'a name that was made to point here',
      { method: 'GET', url: '/v1/lifecycles', headers: { host: 'evil.example:8090' } },
      403,
      /"evil\.example" are not answered/,
    ],
    [
      'a name that is none',
      { method: 'GET', url: '/v1/lifecycles', headers: { host: ':80' } },
      403,
      /not answered/,
    ],
    [
      'a caller that is not encoded',
      pool('{"backend":"local","jobs":1}', { ...json, 'mainspring-caller': '%E0%A4%A' }),
      400,
      /percent-encoded/,
    ],
    [
      'a number that is none',
      { method: 'GET', url: '/v1/lifecycles?limit=abc' },
      422,
      /limit is "abc", allowed: a whole number/,
    ],
    ...['0x10', '%205', '5%20', '1e2', '+5', '0b11', '', '5.', 'Infinity'].map(
      (text): [string, Request, number, RegExp] => [
        `a number that is not in decimal digits: "${text}"`,
        { method: 'GET', url: `/v1/lifecycles?limit=${text}` },
        422,
        /^limit is ".*", allowed: a whole number, 1 to 10000$/,
      ],
    ),
    [
      'a parameter twice',
      { method: 'GET', url: '/v1/lifecycles?limit=1&limit=2' },
      400,
      /"limit" is stated more than once/,
    ],
    [
      'an unknown parameter',
      { method: 'GET', url: '/v1/lifecycles?limt=1' },
      422,
      /limt is an unknown field/,
    ],
    ['an unknown path', { method: 'GET', url: '/v2/nothing' }, 404, /is not a path of this API/],
    ['a digest that is none', { method: 'GET', url: '/v1/artifacts/..%2F..%2Fetc' }, 400, /64 digits/],
    [
      'a path that is not percent-encoded',
      { method: 'GET', url: '/v1/models/%' },
      400,
      /not a valid url component/,
    ],
    [
      'a name longer than any',
      { method: 'GET', url: `/v1/models/${'('.repeat(1_001)}` },
      414,
      /more than 1000 characters/,
    ],
    [
      'a header that it cannot meet',
      { ...pool('{}'), headers: { ...json, expect: 'tea' } },
      417,
      /Expect is "tea"/,
    ],
  ])('refuses %s', async (_what, request, status, detail) => {
    const { api, warnings } = await anApi();
    const response = await api.inject(request);
    expect(response.headers['content-type']).toContain('application/problem+json');
    const problem = response.json<Record<string, unknown>>();
    expect(problem).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:mainspring:problem:\w+$/) as string,
      title: expect.stringMatching(/./) as string,
      detail: expect.stringMatching(detail) as string,
      remedy: expect.stringMatching(/./) as string,
    });
    expect(response.statusCode).toBe(status);
    expect(warnings).toEqual([]);
  });

  it('refuses a body above its limit, and says where files go', async () => {
    const { api } = await anApi({}, { bodyBytes: 1_000 });
    const response = await api.inject(pool(JSON.stringify({ backend: 'x'.repeat(2_000) })));
    expect(response.json()).toMatchObject({
      status: 413,
      remedy: expect.stringContaining('/v1/artifacts/') as string,
    });
  });

  it('lists each field that is wrong', async () => {
    const { api } = await anApi();
    const response = await api.inject(pool('{"jobs":0,"gpus":-1,"backend":"local"}'));
    expect(response.json<{ issues: { path: string }[] }>().issues.map(({ path }) => path)).toEqual([
      'gpus',
      'jobs',
    ]);
  });

  it('says 503 with the remedy when a server is away, at once or while it is used', async () => {
    const unreachable = new MainspringError('unreachable', 'PostgreSQL at x cannot be used', 'Start it.');
    const first = await anApi({ records: () => Promise.reject(unreachable) });
    expect((await first.api.inject({ url: '/v1/budgets' })).json()).toMatchObject({
      status: 503,
      kind: 'unreachable',
      remedy: 'Start it.',
    });
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const books = { accounts: () => Promise.reject(gone) };
    const second = await anApi({ records: async () => ({ books }) as unknown as Records });
    expect((await second.api.inject({ url: '/v1/budgets' })).json()).toMatchObject({
      status: 503,
      detail: 'a server went away: connect ECONNREFUSED',
      remedy: expect.stringContaining('mainspring doctor') as string,
    });
  });

  it('keeps the text of an error of its own to its log', async () => {
    const { api, warnings } = await anApi({ records: () => Promise.reject(new Error('password=hunter2')) });
    const response = await api.inject({ url: '/v1/budgets' });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('hunter2');
    expect(warnings.join()).toContain('hunter2');
  });

  it('hands a name with slashes on as it is', async () => {
    const asked: string[] = [];
    const registry = {
      run: async (model: string, run: string) => void asked.push(`${model}/${run}`),
      runs: async () => [],
    };
    const { api } = await anApi({
      records: async () => ({ registry }) as unknown as Records,
      workflows: () => Promise.reject(new MainspringError('unreachable', 'away', 'Start it.')),
    });
    await api.inject({ url: `/v1/lifecycles/${encodeURIComponent('lifecycle/tiny/first')}` });
    expect(asked).toEqual(['tiny/first']);
  });
});

it('a failure of the register keeps its type, its status and its remedy on the way to a client', async () => {
  const { api } = await anApi({ storage: () => Promise.reject(fail('ArtifactMissing', 'it is gone')) });
  const response = await api.inject(`/v1/artifacts/${'a'.repeat(64)}`);
  expect(response.json()).toMatchObject({
    type: 'urn:mainspring:problem:ArtifactMissing',
    detail: 'it is gone',
  });
  expect(toError(response.json())).toMatchObject({
    type: 'ArtifactMissing',
    message: 'it is gone',
    kind: 'failed',
  });
});

it('a body that is not UTF-8 is refused, and nothing of it is recorded', async () => {
  const { api } = await anApi();
  const response = await api.inject({
    method: 'POST',
    url: '/v1/lifecycles/a%2Fb/cancel',
    headers: json,
    payload: Buffer.from('{"reason":"bad \xff bytes","by":"ada"}', 'latin1'),
  });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ detail: 'the body is not UTF-8' });
});
