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
])('%s is answered as every error, with the remedy', async (_what, bytes, status, detail) => {
  const { head, problem } = await answerTo(bytes, 500);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'));
  expect(problem).toMatchObject({
    status,
    detail: expect.stringContaining(detail) as string,
    kind: 'usage',
    remedy: expect.stringMatching(/^S/) as string,
  });
});
