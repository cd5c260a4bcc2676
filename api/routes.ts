import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CALLER_HEADER, type Caller, toCaller } from '../operations/caller.js';
import { call, callStream } from '../operations/call.js';
import { allOperations } from '../operations/index.js';
import type { AnyOperation } from '../operations/operation.js';
import { parseInput } from '../operations/parse-input.js';
import type { Services } from '../operations/ports/services.js';
import type { Limits } from './limits.js';
import { HttpError } from './problem.js';
import { fieldTypes, readInput } from './read-input.js';
import { STREAM_TYPE, toBody, toLines, wait } from './stream.js';

/** Time to wait for the first value of a stream before its answer begins. */
const FIRST_LINE_MS = 2_000;

export interface OperationRoutes {
  services: Services;
  limits: Limits;
  /** Called if an answer does not match the schema of its operation, and so the OpenAPI document. */
  onMismatch: (operation: string, problem: string) => void;
}

function callerOf(request: FastifyRequest): Caller {
  const stated = request.headers[CALLER_HEADER];
  const [name] = Array.isArray(stated) ? stated : [stated];
  try {
    return toCaller({ name: name === undefined ? undefined : decodeURIComponent(name) });
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new HttpError(
      400,
      'usage',
      `header ${CALLER_HEADER} is not percent-encoded`,
      'Encode the name, e.g. J%C3%BCrgen.',
    );
  }
}

/** Adds a route for every operation, with its own method and path. */
export function operationRoutes(server: FastifyInstance, routes: OperationRoutes): void {
  const streams = { open: 0 };
  for (const operation of allOperations) mount(server, operation, routes, streams);
}

function mount(
  server: FastifyInstance,
  operation: AnyOperation,
  { services, limits, onMismatch }: OperationRoutes,
  streams: { open: number },
): void {
  const types = fieldTypes(operation);
  const check = (value: unknown): void => {
    const parsed = operation.output.safeParse(value);
    if (!parsed.success) onMismatch(operation.name, parsed.error.message);
  };
  server.route({
    method: operation.http.method,
    url: operation.http.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: async (request, reply) => {
      const input = readInput(operation, types, request);
      const caller = callerOf(request);
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const { signal } = gone;
      if (operation.effect !== 'stream') {
        const answer = await call({ operation, services, input, caller, signal });
        check(answer);
        return reply.send(JSON.stringify(answer)).type('application/json');
      }
      // Checked before the first line, so that a wrong field is answered with its own status.
      parseInput(operation, input);
      if (streams.open >= limits.streams)
        throw new HttpError(
          503,
          'unreachable',
          `${streams.open} streams are open, the most at once`,
          'Try again.',
        );
      streams.open += 1;
      reply.raw.on('close', () => (streams.open -= 1));
      const rest = callStream({ operation, services, input, caller, signal });
      const first = rest.next();
      // An error before the first line is answered with its own status. A stream without a value begins after the
      // wait.
      const patience = wait(FIRST_LINE_MS);
      const came = await Promise.race([first, patience.over]).finally(patience.stop);
      if (came !== 'idle' && !came.done) check(came.value);
      return reply.type(STREAM_TYPE).send(toBody(toLines({ first, rest }, signal, limits)));
    },
  });
}
