import type { FastifyInstance, FastifyRequest } from 'fastify';
import { shown } from '../protocol/shown.js';
import { RequestError } from '../request-error.js';

/** The page of another site that sent a request; undefined if no such page did. */
function foreignPage({ headers }: FastifyRequest): string | undefined {
  const { origin, host = '' } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return origin;
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site' ? (origin ?? 'another site') : undefined;
}

/**
 * Refuse what pages of other sites send. Such a page could otherwise post labels and requests through the browser of a
 * person who can reach this gateway: a form needs no permission. Programs send neither of the two headers.
 */
export function refusePages(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD') return done();
    const page = foreignPage(request);
    if (page === undefined) return done();
    done(
      new RequestError(
        403,
        `requests from pages of ${shown(page)} are not answered: call the gateway from a program that is no web page`,
      ),
    );
  });
}
