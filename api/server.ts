import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Services } from '../operations/ports/services.js';
import { artifactRoutes } from './artifacts.js';
import { documentation } from './documentation.js';
import { jsonBodies } from './json-bodies.js';
import { guard } from './guard.js';
import { lateBodies } from './late-bodies.js';
import { type Limits, limits as standardLimits } from './limits.js';
import { otherMethods, unknownPath } from './other-methods.js';
import { HttpError, PROBLEM_TYPE, type Problem, toProblem } from './problem.js';
import { refuseBroken } from './refuse-broken.js';
import { refuseConnection } from './refuse-connection.js';
import { operationRoutes } from './routes.js';

export interface ApiOptions {
  services: Services;
  /** Address that the server listens on. */
  host: string;
  /** Further host names by which clients may call the API. */
  names?: readonly string[];
  /** Folder for uploads that are not yet checked. */
  scratch: string;
  limits?: Partial<Limits>;
  /** Writes a sentence to the log. */
  warn: (message: string, fields: Record<string, unknown>) => void;
}

/** The HTTP API: every operation, the artifacts, the OpenAPI document and its page. */
export async function buildServer(options: ApiOptions): Promise<FastifyInstance> {
  const limits = { ...standardLimits, ...options.limits };
  const { services, host, names = [], scratch, warn } = options;
  const server: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: 0,
    connectionTimeout: 0,
    forceCloseConnections: true,
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: limits.pathChars },
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, limits),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply as FastifyReply),
  });
  server.server.headersTimeout = limits.requestMs;
  function answerError(
    error: FastifyError,
    request: Pick<FastifyRequest, 'method' | 'url'>,
    reply: FastifyReply,
  ) {
    const problem = toProblem(ofFastify(error, limits));
    if (problem.status >= 500 && problem.kind === 'failed')
      warn('request failed', { method: request.method, url: request.url, error: String(error.stack) });
    return send(reply, problem);
  }
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) => send(reply, toProblem(unknownPath(request))));
  refuseBroken(server);
  guard(server, new Set(['localhost', host, ...names]));
  otherMethods(server);
  jsonBodies(server);
  lateBodies(server, limits);
  server.get('/health', async () => ({ status: 'ok' }));
  operationRoutes(server, {
    services,
    limits,
    onMismatch: (operation, problem) => warn('an answer differs from its schema', { operation, problem }),
  });
  artifactRoutes(server, { services, scratch, limits });
  await documentation(server);
  await server.ready();
  return server;
}

const send = (reply: FastifyReply, problem: Problem): unknown =>
  reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));

/** Errors of Fastify, rewritten as errors of this API. */
function ofFastify(error: FastifyError, { bodyBytes, pathChars }: Limits): unknown {
  switch (error.code) {
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new HttpError(
        414,
        'usage',
        `a name in the path has more than ${pathChars} characters`,
        'Correct the name: none is that long.',
      );
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpError(
        413,
        'usage',
        `the body has more than ${bodyBytes / 2 ** 20} MiB, the most that is taken`,
        'Send less at once; files go to PUT /v1/artifacts/{sha256}.',
      );
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new HttpError(400, 'usage', 'the body is empty', 'Send a JSON object, at least {}.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpError(415, 'usage', error.message, 'Send application/json.');
    default:
      if (error instanceof SyntaxError || error.code?.startsWith('FST_ERR_CTP'))
        return new HttpError(400, 'usage', `the body is not JSON: ${error.message}`, 'Send one JSON object.');
      if (error.statusCode !== undefined && error.statusCode < 500)
        return new HttpError(error.statusCode, 'usage', error.message.slice(0, 300), 'Correct the request.');
      return error;
  }
}
