import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { anApi } from './support.js';

/** What the API answers to bytes that never become a request. */
async function answerTo(bytes: string, requestMs = 60_000): Promise<{ head: string; problem: unknown }> {
  const { api } = await anApi({}, { requestMs });
  const address = await api.listen({ host: '127.0.0.1', port: 0 });
  try {
    const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(bytes));
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { head, problem: JSON.parse(body) };
  } finally {
    await api.close();
  }
}

it.each([
  [
    'a path that is too long',
    `GET /v1/lifecycles/${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    431,
    'path and headers have more than 16 KiB',
  ],
  ['what is not HTTP', 'hello\r\n\r\n', 400, 'the request is not HTTP/1.1'],
  [
    'a body that does not come',
    'POST /v1/pools/desk HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    408,
    'the body did not come within 0.5 s',
  ],
  [
    'a request without host',
    'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n',
    400,
    'header Host is missing, expected the address',
  ],
  [
    'a body without host',
    'POST /v1/pools/desk HTTP/1.1\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}',
    400,
    'header Host is missing, expected the address',
  ],
  [
    'an expectation that nobody knows',
    'GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: tea\r\nconnection: close\r\n\r\n',
    417,
    'header Expect is "tea", allowed: 100-continue',
  ],
  [
    'a request to a proxy',
    'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n',
    400,
    'the method is CONNECT, and this server is no proxy',
  ],
  [
    'a method that only other servers know',
    'PROPFIND /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n',
    405,
    'the method is PROPFIND, allowed for /health: GET, HEAD, OPTIONS',
  ],
])('%s is answered as every error, with the remedy', async (_what, bytes, status, detail) => {
  const { head, problem } = await answerTo(bytes, 500);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'));
  expect(problem).toMatchObject({
    status,
    detail: expect.stringContaining(detail) as string,
    kind: 'usage',
    remedy: expect.stringMatching(/^[A-Z].*\.$/) as string,
  });
});

it('a body is asked for when its client waits for that', async () => {
  const { api } = await anApi();
  const address = await api.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.write(
    'POST /v1/pools/desk HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n',
  );
  socket.once('data', () => socket.write('{}'));
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 422 /);
});
