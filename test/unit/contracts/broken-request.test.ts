import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { brokenHeaders, brokenRequest } from '../../../contracts/broken-request.js';

describe('the headers of a request', () => {
  it.each(['100-continue', '100-Continue', 'a, 100-continue'])('may expect %s', (expect_) => {
    expect(brokenHeaders({ host: 'a', expect: expect_ }, '1.1')).toBeUndefined();
  });

  it('may not expect anything else, which is shown with its first characters', () => {
    const broken = brokenHeaders({ host: 'a', expect: 'x'.repeat(500) }, '1.1');
    expect(broken).toMatchObject({
      status: 417,
      reason: expect.stringContaining('allowed: 100-continue') as string,
    });
    expect(broken?.reason.length).toBeLessThan(200);
  });

  it('need a host, but not in HTTP/1.0, which some health checks speak', () => {
    expect(brokenHeaders({}, '1.1')).toMatchObject({ status: 400 });
    expect(brokenHeaders({}, '1.0')).toBeUndefined();
  });
});

/** The reason for bytes that Node's parser refuses. */
async function reasonFor(bytes: string): Promise<string> {
  const server = createServer();
  const refused = once(server, 'clientError') as Promise<[Error & { code?: string }, { destroy(): void }]>;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write(Buffer.from(bytes, 'latin1'));
  const [{ code }, socket] = await refused;
  socket.destroy();
  client.destroy();
  server.close();
  return brokenRequest(code, 1_000).reason;
}

describe('bytes that Node’s parser refuses', () => {
  const post = 'POST / HTTP/1.1\r\nhost: a\r\n';

  it.each([
    ['a method that is none', 'FOO / HTTP/1.1\r\nhost: a\r\n\r\n', /begins with no method of HTTP/],
    ['what is not HTTP', 'hello\r\n\r\n', /^the request is not HTTP\/1\.1/],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n', /a header has a character .*NUL/],
    ['a space in the name of a header', 'GET / HTTP/1.1\r\nx y: a\r\n\r\n', /a space in its name/],
    [
      'two lengths',
      `${post}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      /Content-Length comes more than once/,
    ],
    [
      'a length that is none',
      `${post}content-length: x\r\n\r\n`,
      /Content-Length is not the number of bytes/,
    ],
    [
      'a length beside chunks',
      `${post}transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\nabc`,
      /Content-Length.*beside Transfer-Encoding|Transfer-Encoding.*beside Content-Length/,
    ],
    ['an unknown encoding', `${post}transfer-encoding: gzip\r\n\r\nabc`, /Transfer-Encoding is not chunked/],
    ['chunks that are none', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`, /does not come in chunks/],
    [
      'a control character in the path',
      'GET /\x01 HTTP/1.1\r\nhost: a\r\n\r\n',
      /^the path .*percent-encoded/,
    ],
    ['another version', 'GET / HTTP/9.9\r\nhost: a\r\n\r\n', /does not say that it is HTTP\/1\.1/],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /is HTTP\/2/],
  ])('are told apart: %s', async (_what, bytes, reason) => {
    expect(await reasonFor(bytes)).toMatch(reason);
  });
});
