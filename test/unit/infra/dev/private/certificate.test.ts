import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { selfSigned } from '../../../../../infra/dev/private/certificate.js';

it('is a certificate of its own key, for this machine, at any time', async () => {
  const { certificate } = await selfSigned('a store');
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe('CN=a store');
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkHost('localhost')).toBe('localhost');
  expect(new Date(read.validFrom).getUTCFullYear()).toBe(1970);
  expect(new Date(read.validTo).getUTCFullYear()).toBe(2099);
});

it('lets in only who has its key', async () => {
  const { certificate, key } = await selfSigned('a store');
  const server = createServer(
    { cert: certificate, key, ca: certificate, requestCert: true, rejectUnauthorized: true },
    (socket) => socket.end('hello'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answerTo = async (mine: { cert?: string; key?: string }): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port, ca: certificate, ...mine });
    let answer = '';
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    return answer;
  };
  const stranger = await selfSigned('a store');
  expect(await answerTo({ cert: certificate, key })).toBe('hello');
  expect(await answerTo({})).toBe('');
  expect(await answerTo({ cert: stranger.certificate, key: stranger.key })).toBe('');
  server.close();
});
