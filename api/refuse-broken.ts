import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { NO_PROXY, brokenHeaders } from '../contracts/broken-request.js';
import { HttpError } from './problem.js';
import { closeWith } from './refuse-connection.js';

const REMEDY = {
  400: 'Send it with a client for HTTP.',
  417: 'Leave the header out.',
} as const;

/**
 * Refuses with a problem what Node would answer without a body: a missing header Host (the server needs the option
 * `requireHostHeader: false`), an unknown header Expect, and method CONNECT.
 */
export function refuseBroken(server: FastifyInstance): void {
  const { server: http } = server;
  http.on('checkExpectation', (request, response) => http.emit('request', request, response));
  http.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    const { status, reason } = NO_PROXY;
    closeWith(
      new HttpError(status, 'usage', reason, 'Send the request to the API itself.'),
      socket as Socket,
    );
  });
  server.addHook('onRequest', async ({ headers, raw }) => {
    const broken = brokenHeaders(headers, raw.httpVersion);
    if (broken) throw new HttpError(broken.status, 'usage', broken.reason, REMEDY[broken.status]);
  });
}
