import { setTimeout as pause } from 'node:timers/promises';
import Fastify from 'fastify';
import { expect, it, vi } from 'vitest';
import { lateBodies } from '../../../api/late-bodies.js';

it('a request that was answered before its body was read is not closed as late', async () => {
  const server = Fastify();
  lateBodies(server, { requestMs: 20 });
  server.addHook('preParsing', async (_request, reply) => reply.code(403).send({}));
  server.post('/', async () => ({}));
  const thrown = vi.fn();
  process.once('uncaughtException', thrown);
  try {
    const answer = await server.inject({ method: 'POST', url: '/', payload: { a: 1 } });
    await pause(60);
    expect(answer.statusCode).toBe(403);
    expect(thrown).not.toHaveBeenCalled();
  } finally {
    process.removeListener('uncaughtException', thrown);
    await server.close();
  }
});
