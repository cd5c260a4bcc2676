import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { feedback } from './http/feedback.js';
import { health } from './http/health.js';
import { inference } from './http/infer.js';
import { models } from './http/models.js';
import type { LabelStore, Log } from './ports.js';
import { Limits } from './protocol/limits.js';
import { RequestError } from './protocol/request-error.js';
import type { RequestLog } from './request-log/request-log.js';
import type { Routing } from './routing/follow-routes.js';
import type { PairedComparison } from './statistics/paired-comparison.js';

export interface ServerDeps {
  routing: Routing;
  comparison: PairedComparison;
  requestLog: RequestLog;
  labels: LabelStore;
  log: Log;
}

/** The HTTP face: Open Inference Protocol V2, and feedback. Every error is `{"error": "..."}` with the status that says whose it is. */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const server = Fastify({ logger: false, bodyLimit: Limits.bodyBytes, forceCloseConnections: 'idle' });
  // `curl -d` sends a form's content type; the body is JSON whatever it is called.
  server.addContentTypeParser('*', { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'));

  server.setErrorHandler((error: FastifyError | RequestError, _request, reply) => {
    if (error instanceof RequestError) return reply.code(error.status).send({ error: error.message });
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return reply.code(413).send({
        error: `the body has more than ${Limits.bodyBytes / 2 ** 20} MiB, the most that is taken: split the request`,
      });
    const status = error.statusCode ?? 500;
    if (status >= 500) deps.log.warn({ error: error.message }, 'request failed');
    return reply.code(status).send({ error: error.message });
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: `${request.method} ${request.url} is not a path of this gateway; inferences: POST /v2/models/<model>/infer`,
    }),
  );
  health(server, deps);
  models(server, deps);
  inference(server, deps);
  feedback(server, deps);
  return server;
}
