import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, type Stage, openStage } from './support.js';

/** What the gateway answers to requests that reach none of its routes. */

let stage: Stage;
let url: string;
beforeAll(async () => {
  stage = await openStage();
  ({ url } = await stage.gateway());
});
afterAll(() => stage?.close());

describe('another method than those of a path', () => {
  it.each([
    ['GET', `/v2/models/${MODEL}/infer`, 'OPTIONS, POST'],
    ['PUT', `/v2/models/${MODEL}/versions/1/infer`, 'OPTIONS, POST'],
    ['DELETE', `/v2/models/${MODEL}`, 'GET, HEAD, OPTIONS'],
    ['POST', `/v2/models/${MODEL}/ready`, 'GET, HEAD, OPTIONS'],
    ['POST', '/v2/health/live', 'GET, HEAD, OPTIONS'],
    ['GET', '/feedback?x=1', 'OPTIONS, POST'],
    ['PROPFIND', '/v2', 'GET, HEAD, OPTIONS'],
  ])('is refused with 405 and those that it has: %s %s', async (method, path, allowed) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(method === 'GET' ? {} : { body: '{"' }),
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    expect(await answer.json()).toEqual({
      error: `the method is ${method}, allowed for ${path}: ${allowed}`,
    });
  });

  it('is named by OPTIONS, which has no body', async () => {
    const answer = await fetch(`${url}/feedback`, { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
  });

  it.each(['POST', 'GET', 'OPTIONS'])('of an unknown path is 404: %s', async (method) => {
    const answer = await fetch(`${url}/v2/modles`, { method, ...(method === 'POST' ? { body: '{"' } : {}) });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('allow')).toBeNull();
    expect(await answer.json()).toEqual({
      error: `${method} /v2/modles is not a path of this gateway; inferences: POST /v2/models/<model>/infer`,
    });
  });

  it('may be HEAD wherever GET is one of them', async () => {
    const answer = await fetch(`${url}/v2/health/live`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

/** The answer to bytes on a connection, until the gateway closes it. */
async function answerTo(bytes: string): Promise<{ head: string; body: string }> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, body };
}

describe('a request that Node would answer without a body', () => {
  it.each([
    ['no host', 'GET /v2 HTTP/1.1\r\n', 400, 'header Host is missing, expected the address'],
    [
      'an expectation',
      'GET /v2 HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n',
      417,
      'header Expect is \\"tea\\", allowed',
    ],
    [
      'a proxy',
      'CONNECT b:443 HTTP/1.1\r\nhost: b\r\n',
      400,
      'the method is CONNECT, and this server is no proxy',
    ],
  ])('is refused in JSON with the reason: %s', async (_what, request, status, error) => {
    const { head, body } = await answerTo(`${request}connection: close\r\n\r\n`);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*content-type: application/json`, 'is'));
    expect(body).toContain(`{"error":"${error}`);
  });

  it('is answered without host in HTTP/1.0, which some health checks speak', async () => {
    const { head, body } = await answerTo('GET /v2/health/live HTTP/1.0\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(body).toBe('{"live":true}');
  });
});
