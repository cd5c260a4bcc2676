import type { Socket } from 'node:net';
import { answerAndClose, brokenRequest } from '../contracts/broken-request.js';
import { HttpError, PROBLEM_TYPE, toProblem } from './problem.js';

const REMEDY = {
  400: 'Send it with a client for HTTP.',
  408: 'Send the request again.',
  431: 'Shorten the path, its query or the headers: long inputs go into the body of a POST.',
} as const;

/** Answers a connection with a problem, and closes it. */
export function closeWith(error: HttpError, socket: Socket): void {
  const problem = toProblem(error);
  answerAndClose(socket, problem, PROBLEM_TYPE, problem);
}

/** Answer a connection whose request never became one: its headers are too large or too slow, or it is not HTTP. */
export function refuseConnection(
  { code }: Error & { code?: string },
  socket: Socket,
  { requestMs }: { requestMs: number },
): void {
  if (code === 'ECONNRESET') return;
  const { status, reason } = brokenRequest(code, requestMs);
  closeWith(new HttpError(status, 'usage', reason, REMEDY[status]), socket);
}
