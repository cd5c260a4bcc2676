import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import {
  type BrokenRequest,
  NO_PROXY,
  answerAndClose,
  brokenHeaders,
} from '../../contracts/broken-request.js';
import { RequestError } from '../request-error.js';

/** Answers a connection whose request reaches no route. */
export const closeWith = (broken: BrokenRequest, socket: Socket): void =>
  answerAndClose(socket, broken, 'application/json', { error: broken.reason });

/**
 * Refuses with a reason what Node would answer without a body: a missing header Host (the server needs the option
 * `requireHostHeader: false`), an unknown header Expect, and method CONNECT.
 */
export function refuseBroken(server: FastifyInstance): void {
  const { server: http } = server;
  http.on('checkExpectation', (request, response) => http.emit('request', request, response));
  http.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    closeWith(NO_PROXY, socket as Socket);
  });
  server.addHook('onRequest', (request, _reply, done) => {
    const broken = brokenHeaders(request.headers, request.raw.httpVersion);
    done(broken && new RequestError(broken.status, broken.reason));
  });
}
