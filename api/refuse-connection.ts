import type { Socket } from 'node:net';
import { HttpError, PROBLEM_TYPE, toProblem } from './problem.js';

/** Largest headers of a request that Node reads, its path included. */
const HEADER_KIB = 16;

function reasonOf(code: string | undefined, requestMs: number): HttpError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpError(
      431,
      'usage',
      `path and headers have more than ${HEADER_KIB} KiB, the most that is taken`,
      'Shorten the path, its query or the headers: long inputs go into the body of a POST.',
    );
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpError(
      408,
      'usage',
      `the headers did not come whole within ${requestMs / 1_000} s`,
      'Send the request again.',
    );
  return new HttpError(400, 'usage', 'the request is not HTTP/1.1', 'Send it with a client for HTTP.');
}

/** Answer a connection whose request never became one: its headers are too large or too slow, or it is not HTTP. */
export function refuseConnection(
  error: Error & { code?: string },
  socket: Socket,
  { requestMs }: { requestMs: number },
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = toProblem(reasonOf(error.code, requestMs));
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
