import { createConnection } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { execa } from 'execa';

/** A user of this machine that is neither root nor ours. */
const STRANGER = [
  '--reuid=61183',
  '--regid=61183',
  '--clear-groups',
  '--inh-caps=-all',
  '--bounding-set=-all',
];

/** Output of a shell command of another user of this machine. Needs root. */
export const asStranger = async (script: string): Promise<string> =>
  (await execa('setpriv', [...STRANGER, 'sh', '-c', script], { reject: false, all: true, cwd: '/' })).all;

const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
const WAIT_MS = 3_000;

async function ask(socket: ReturnType<typeof createConnection>): Promise<string> {
  let answer = '';
  socket.setTimeout(WAIT_MS, () => socket.destroy());
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(REQUEST);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

/** First line of the answer to a request in plain text. Empty if there is none. */
export const plainAnswer = async (port: number): Promise<string> =>
  (await ask(createConnection({ host: '127.0.0.1', port }))).split('\r\n')[0] ?? '';

/** First line of the answer to a request over TLS by a client without a certificate. Empty if there is none. */
export const answerWithoutCertificate = async (port: number): Promise<string> => {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  return (await ask(socket)).split('\r\n')[0] ?? '';
};
