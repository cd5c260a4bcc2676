import type { FastifyInstance } from 'fastify';
import { serverMetadata } from '../protocol/metadata.js';
import type { Routing } from '../routing/follow-routes.js';

/** Liveness and readiness of this process. The answers do not need the database, which may be down. */
export function health(server: FastifyInstance, { routing }: { routing: Routing }): void {
  server.get('/v2', () => serverMetadata);
  server.get('/v2/health/live', () => ({ live: true }));
  server.get('/v2/health/ready', (_request, reply) => {
    const ready = routing.ready();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
