import type { FastifyInstance, FastifyRequest } from 'fastify';
import { knownPaths } from '../contracts/known-paths.js';
import { HttpError } from './problem.js';

export const unknownPath = ({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): HttpError =>
  new HttpError(
    404,
    'not-found',
    `${method} ${url.slice(0, 200)} is not a path of this API`,
    'See /v1/openapi.json for every path, or /docs to read.',
  );

/**
 * Answers requests that no route takes, before their bodies are read: 405 with the methods of the path, or 404. `OPTIONS` of a
 * path gets its methods. Call it before the first route.
 */
export function otherMethods(server: FastifyInstance): void {
  const paths = knownPaths();
  server.addHook('onRoute', ({ url, method }) => paths.add(url, [method].flat()));
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const allowed = paths.allowed(request.url);
    if (allowed === undefined) throw unknownPath(request);
    void reply.header('allow', allowed);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new HttpError(
      405,
      'usage',
      `the method is ${request.method}, allowed for ${request.url.slice(0, 200)}: ${allowed}`,
      'Use an allowed method; /v1/openapi.json says what each does.',
    );
  });
}
