import type { FastifyInstance } from 'fastify';
import { knownPaths } from '../../contracts/known-paths.js';
import { RequestError } from '../request-error.js';

/**
 * Answers requests that no route takes, before their bodies are read: 405 with the methods of the path, or 404. `OPTIONS` of a
 * path gets its methods. Call it before the first route.
 */
export function otherMethods(server: FastifyInstance): void {
  const paths = knownPaths();
  server.addHook('onRoute', ({ url, method }) => paths.add(url, [method].flat()));
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const { method } = request;
    const path = request.url.slice(0, 200);
    const allowed = paths.allowed(request.url);
    if (allowed === undefined)
      return done(
        new RequestError(
          404,
          `${method} ${path} is not a path of this gateway; inferences: POST /v2/models/<model>/infer`,
        ),
      );
    void reply.header('allow', allowed);
    if (method === 'OPTIONS') return void reply.code(204).send();
    done(new RequestError(405, `the method is ${method}, allowed for ${path}: ${allowed}`));
  });
}
