import type { FastifyInstance, FastifyReply } from 'fastify';
import { type InferenceDeps, championOf, infer } from '../infer.js';
import { JSON_LENGTH_HEADER } from '../protocol/binary-tensors.js';
import { type InferenceRequest, parseInferenceRequest } from '../protocol/inference-request.js';
import { type Answer, binaryResponse, inferenceResponse } from '../protocol/inference-response.js';
import type { Routing } from '../routing/follow-routes.js';
import { type ModelParams, pinned } from './models.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const BINARY_TYPE = 'application/octet-stream';

/** Send an answer as JSON, or with binary tensors if the request asks for them. */
function send(
  reply: FastifyReply,
  model: string,
  { id, outputs }: InferenceRequest,
  answer: Answer,
): FastifyReply {
  if (!outputs || ![...outputs.values()].includes(true))
    return reply.header('content-type', JSON_TYPE).send(inferenceResponse(model, id, answer, outputs));
  const { body: bytes, jsonBytes } = binaryResponse(model, id, answer, outputs);
  return reply.header('content-type', BINARY_TYPE).header(JSON_LENGTH_HEADER, String(jsonBytes)).send(bytes);
}

export function inference(server: FastifyInstance, deps: InferenceDeps & { routing: Routing }): void {
  server.post<{ Params: ModelParams }>('/v2/models/:model/infer', async ({ params, body, raw }, reply) => {
    const served = deps.routing.find(params.model);
    const champion = championOf(served);
    const request = parseInferenceRequest(body, champion.session);
    const answer = await served.using(() => infer(served, champion, { request, caller: raw.socket }, deps));
    return send(reply, params.model, request, answer);
  });

  // For people who compare versions. The request counts for no arm and is not logged, and no other version answers
  // instead.
  server.post<{ Params: Required<ModelParams> }>(
    '/v2/models/:model/versions/:version/infer',
    async ({ params, body, raw }, reply) => {
      const served = deps.routing.find(params.model);
      const session = pinned(served, params.version);
      const request = parseInferenceRequest(body, session);
      const predictions = await served.using(() => session.score(request.batch, raw.socket));
      const { problem } = session;
      const answer = { problem, rows: request.rows, predictions, versions: session.served.version };
      return send(reply, params.model, request, answer);
    },
  );
}
