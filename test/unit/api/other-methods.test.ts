import { describe, expect, it } from 'vitest';
import { allOperations } from '../../../operations/index.js';
import { anApi, json } from './support.js';

const artifact = `/v1/artifacts/${'a'.repeat(64)}`;

describe('another method than those of a path', () => {
  it.each([
    ['PUT', '/v1/pools/desk', 'OPTIONS, POST'],
    ['DELETE', '/v1/lifecycles/a%2Fb?limit=1', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/approvals', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1/lifecycles/a/cancel', 'OPTIONS, POST'],
    ['HEAD', '/v1/lifecycles/a/cancel', 'OPTIONS, POST'],
    ['POST', artifact, 'GET, HEAD, OPTIONS, PUT'],
    ['TRACE', '/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs/static/index.css', 'GET, HEAD, OPTIONS'],
  ] as const)('is refused with 405 and those that it has: %s %s', async (method, url, allowed) => {
    const { api } = await anApi();
    const response = await api.inject({ method: method as 'PUT', url });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe(allowed);
    if (method === 'HEAD') return;
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({
      type: 'urn:mainspring:problem:Usage',
      title: 'Method Not Allowed',
      status: 405,
      kind: 'usage',
      detail: `the method is ${method}, allowed for ${url}: ${allowed}`,
      remedy: expect.stringContaining('/v1/openapi.json') as string,
    });
  });

  it('is refused before its body is read, whatever that is', async () => {
    const { api } = await anApi();
    for (const headers of [json, { 'content-type': 'text/plain' }, {}]) {
      const response = await api.inject({ method: 'POST', url: '/v1/approvals', headers, payload: '{"' });
      expect(response.statusCode).toBe(405);
      const unknown = await api.inject({ method: 'POST', url: '/v1/nothing', headers, payload: '{"' });
      expect(unknown.statusCode).toBe(404);
    }
  });

  it('is known for every operation', async () => {
    const { api } = await anApi();
    for (const { http } of allOperations) {
      const response = await api.inject({ method: 'PATCH', url: http.path.replaceAll(/\{\w+\}/g, 'x') });
      expect(response.statusCode).toBe(405);
      expect(response.headers.allow).toContain(http.method);
    }
  });

  it('from a page of another site learns nothing', async () => {
    const { api } = await anApi();
    const headers = { origin: 'https://evil.example' };
    const response = await api.inject({ method: 'OPTIONS', url: '/v1/pools/desk', headers });
    expect(response.statusCode).toBe(403);
    expect(response.headers.allow).toBeUndefined();
  });
});

describe('OPTIONS', () => {
  it('of a path is answered with its methods and no body', async () => {
    const { api } = await anApi();
    const response = await api.inject({ method: 'OPTIONS', url: '/v1/pools/desk' });
    expect([response.statusCode, response.headers.allow, response.body]).toEqual([204, 'OPTIONS, POST', '']);
  });

  it('of an unknown path is 404', async () => {
    const { api } = await anApi();
    expect((await api.inject({ method: 'OPTIONS', url: '/v1/nothing' })).statusCode).toBe(404);
  });
});
