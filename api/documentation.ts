import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApi } from './openapi.js';

/** The OpenAPI document, and a page to read and try it. The page loads its scripts from this server only. */
export async function documentation(server: FastifyInstance): Promise<void> {
  const document = openApi();
  const text = JSON.stringify(document);
  server.get('/v1/openapi.json', (_request, reply) => reply.type('application/json').send(text));
  await server.register(swagger, { mode: 'static', specification: { document: document as never } });
  await server.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'list' } });
  server.get('/', (_request, reply) => reply.redirect('/docs'));
}
