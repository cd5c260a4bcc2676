import type { FastifyInstance } from 'fastify';
import type { Limits } from './limits.js';
import { HttpError } from './problem.js';
import { closeWith } from './refuse-connection.js';

/** The error for a body that does not come. */
export const lateBody = (ms: number): HttpError =>
  new HttpError(408, 'usage', `the body did not come within ${ms / 1_000} s`, 'Send the request again.');

/**
 * Answers and closes the connection of a JSON body that is not there in time. Node's own limit for a whole request would end long uploads
 * too, whose limit is a pause instead.
 */
export function lateBodies(server: FastifyInstance, { requestMs }: Pick<Limits, 'requestMs'>): void {
  server.addHook('preParsing', (request, reply, body, done) => {
    if (request.method === 'POST') {
      const late = setTimeout(() => closeWith(lateBody(requestMs), request.raw.socket), requestMs);
      late.unref();
      const stop = (): void => clearTimeout(late);
      request.raw.once('end', stop).once('close', stop);
      // A request that was answered before its body came is not late.
      reply.raw.once('finish', stop);
    }
    done(null, body);
  });
}
