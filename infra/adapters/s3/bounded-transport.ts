import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

export type Transport = Pick<typeof http, 'request'>;
type Receive = (response: IncomingMessage) => void;

/** Least limit of silence while the store joins the parts of an upload, for which it reads and writes the whole object. */
const JOINING_MS = 120_000;

const isJoining = ({ method, path }: RequestOptions): boolean =>
  method === 'POST' && /[?&]uploadId=/.test(path ?? '');

/** True if the reader of an answer is busy with bytes that have arrived, so that the store may not send more. */
const isHeldBack = ({ readableLength, readableFlowing }: IncomingMessage): boolean =>
  readableLength > 0 && readableFlowing !== null;

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

/** Puts the name of the store into the message of an error. Its code stays, by which a passing error is known. */
function nameStore(error: Error, store: string): void {
  // Of several addresses that were tried, each has an error of its own.
  if (error instanceof AggregateError)
    for (const one of error.errors) if (one instanceof Error) nameStore(one, store);
  if (error.message.startsWith(store)) return;
  const what = ['ECONNRESET', 'EPIPE'].includes(codeOf(error)) ? 'broke the connection' : 'cannot be reached';
  error.message = `${store} ${what}: ${error.message === '' ? codeOf(error) : error.message}`;
}

/** Node's error for a connection that ends in the middle of an answer. A reader may destroy the answer with an error of its own. */
const isBrokenOff = (error: Error): boolean => codeOf(error) === 'ECONNRESET' && error.message === 'aborted';

const silent = (store: string, did: string, limitMs: number): Error =>
  Object.assign(new Error(`${store} ${did} for ${limitMs / 1_000} s`), { code: 'ETIMEDOUT' });

/** Ends a request without an answer after `limitMs` without a byte in either direction. */
function watchRequest(sent: ClientRequest, socket: Socket, limitMs: number, fault: Error): void {
  const end = (): void => void sent.destroy(fault);
  socket.setTimeout(limitMs);
  socket.on('timeout', end);
  // Later the answer is watched instead. The connection is used again by other requests.
  for (const event of ['response', 'close']) sent.once(event, () => socket.off('timeout', end));
}

/**
 * Ends an answer after `limitMs` without a byte. Bytes also stay away while the reader is busy, and it may take up its work just
 * before a look: so two looks in a row must find that nothing came and that the reader waited.
 */
function watchAnswer(sent: ClientRequest, response: IncomingMessage, limitMs: number, fault: Error): void {
  const { socket } = response;
  /** Bytes that had come at the last look that found the reader waiting. */
  let before = -1;
  const look = (): void => {
    const { bytesRead } = socket;
    const isWaiting = !isHeldBack(response);
    if (isWaiting && bytesRead === before) return void response.destroy(fault);
    before = isWaiting ? bytesRead : -1;
    socket.setTimeout(limitMs / 2);
  };
  socket.setTimeout(limitMs / 2);
  socket.on('timeout', look);
  sent.once('close', () => socket.off('timeout', look));
}

/**
 * Requests to an object store that fail when no byte passes in either direction for `silenceMs`: while the connection is made,
 * before the answer, and within it. A store whose process is stopped still accepts connections, so that nothing else ends them.
 *
 * All errors of a connection name the store in words.
 */
export function boundedTransport(
  { endpoint, port, useSsl }: { endpoint: string; port: number; useSsl: boolean },
  silenceMs: number,
): Transport {
  const store = `the object store at ${endpoint}:${port}`;
  const send = useSsl ? https.request : http.request;

  function request(options: RequestOptions, receive: Receive): ClientRequest {
    const limitMs = isJoining(options) ? Math.max(silenceMs, JOINING_MS) : silenceMs;
    const sent = send(options, (response) => {
      watchAnswer(sent, response, limitMs, silent(store, 'has sent nothing more', limitMs));
      response.on('error', (error) => {
        if (isBrokenOff(error)) nameStore(error, store);
      });
      receive(response);
    });
    // Listens first, so that everyone else sees the error with its name.
    sent.on('error', (error) => nameStore(error, store));
    sent.once('socket', (socket) =>
      watchRequest(sent, socket, limitMs, silent(store, 'has not answered', limitMs)),
    );
    return sent;
  }

  // The client uses this one of the three forms of `request`.
  return { request: request as typeof http.request };
}
