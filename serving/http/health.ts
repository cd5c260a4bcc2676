import type { FastifyInstance } from 'fastify';
import { serverMetadata } from '../protocol/metadata.js';
import type { Routing } from '../routing/follow-routes.js';

/** Is the process there, and may it get traffic? Not answered from the database: that may be down. */
export function health(server: FastifyInstance, { routing }: { routing: Routing }): void {
  server.get('/v2', () => serverMetadata);
  server.get('/v2/health/live', () => ({ live: true }));
  server.get('/v2/health/ready', (_request, reply) => {
    const ready = routing.ready();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
