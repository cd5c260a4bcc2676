import type { Socket } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { feedback } from './http/feedback.js';
import { health } from './http/health.js';
import { inference } from './http/infer.js';
import { type ModelParams, models } from './http/models.js';
import { readBodies } from './http/read-body.js';
import { otherMethods } from './http/other-methods.js';
import { closeWith, refuseBroken } from './http/refuse-broken.js';
import { refusePages } from './http/refuse-pages.js';
import { brokenRequest } from '../contracts/broken-request.js';
import { FailureType, MainspringFailure } from '../contracts/failures.js';
import type { LabelStore, Log } from './ports.js';
import { tooLarge } from './protocol/content-encoding.js';
import { Limits } from './protocol/limits.js';
import { RequestError } from './request-error.js';
import type { RequestLog } from './request-log/request-log.js';
import type { Routing } from './routing/follow-routes.js';
import { GivenUpCounts } from './statistics/given-up-counts.js';
import { LabelCounts } from './statistics/label-counts.js';
import { isGivenUp } from './sessions/caller.js';
import { ImpossiblePrediction } from './sessions/micro-batch.js';
import type { PairedComparison } from './statistics/paired-comparison.js';

export interface ServerDeps {
  routing: Routing;
  comparison: PairedComparison;
  requestLog: RequestLog;
  labels: LabelStore;
  log: Log;
  /** Longest time until a request has come whole. */
  receiveMs?: number;
}

/** Most characters of an error. Names of a request, which a message repeats, can fill its whole body. */
const MOST_ERROR = 2_000;
const bounded = (message: string): string =>
  message.length <= MOST_ERROR ? message : `${message.slice(0, MOST_ERROR)}…`;

/**
 * The HTTP server: Open Inference Protocol V2 and feedback. Every error is `{"error": "..."}`; the status shows
 * whether client or gateway caused it.
 */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const receiveMs = deps.receiveMs ?? Limits.receiveMs;
  const server: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: Limits.bodyBytes,
    forceCloseConnections: 'idle',
    requestTimeout: receiveMs,
    http: {
      headersTimeout: receiveMs,
      connectionsCheckingInterval: Math.min(1_000, receiveMs),
      requireHostHeader: false,
    },
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, receiveMs),
    frameworkErrors: (error, _request, reply) => void answerError(error, reply),
  });
  readBodies(server);
  refuseBroken(server);
  refusePages(server);
  otherMethods(server);

  function answerError(error: FastifyError | RequestError, reply: FastifyReply) {
    const known = error instanceof RequestError ? error : refusalOf(error);
    const status = known?.status ?? (error as FastifyError).statusCode ?? 500;
    if (status >= 500 && !known) deps.log.warn({ error: error.message }, 'request failed');
    return reply.code(status).send({ error: bounded((known ?? error).message) });
  }
  const givenUp = new GivenUpCounts();
  server.setErrorHandler((error: FastifyError | RequestError, { params }, reply) => {
    if (isGivenUp(error)) givenUp.add((params as ModelParams).model);
    return answerError(error, reply);
  });
  health(server, deps);
  const counted = { ...deps, labelCounts: new LabelCounts(), givenUp };
  models(server, counted);
  inference(server, deps);
  feedback(server, counted);
  return server;
}

/** Errors of the server and of models, in the words of this gateway. */
function refusalOf(error: Error & { code?: string }): RequestError | undefined {
  const { code } = error;
  if (error instanceof MainspringFailure && error.type === FailureType.ModelTooSlow)
    return new RequestError(504, `${error.message}. ${error.remedy}`);
  if (error instanceof ImpossiblePrediction) return new RequestError(422, error.message);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  return undefined;
}

/** Answer a connection whose request did not come whole: it came too slowly, or was not HTTP. */
function refuseConnection({ code }: Error & { code?: string }, socket: Socket, receiveMs: number): void {
  if (code === 'ECONNRESET') return;
  closeWith(brokenRequest(code, receiveMs), socket);
}
