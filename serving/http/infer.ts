import type { FastifyInstance } from 'fastify';
import { type InferenceDeps, infer } from '../infer.js';
import { parseInferenceRequest } from '../protocol/inference-request.js';
import { inferenceResponse } from '../protocol/inference-response.js';
import type { Routing } from '../routing/follow-routes.js';
import { type ModelParams, pinned } from './models.js';

const JSON_TYPE = 'application/json; charset=utf-8';

export function inference(server: FastifyInstance, deps: InferenceDeps & { routing: Routing }): void {
  server.post<{ Params: ModelParams }>('/v2/models/:model/infer', async ({ params, body }, reply) => {
    const served = deps.routing.find(params.model);
    const request = parseInferenceRequest(body, served.champion?.session.served.features ?? []);
    const answer = await served.using(() => infer(served, request, deps));
    return reply.header('content-type', JSON_TYPE).send(inferenceResponse(params.model, request.id, answer));
  });

  // For people who compare versions: no arm, no log, no champion that steps in.
  server.post<{ Params: Required<ModelParams> }>(
    '/v2/models/:model/versions/:version/infer',
    async ({ params, body }, reply) => {
      const served = deps.routing.find(params.model);
      const session = pinned(served, params.version);
      const request = parseInferenceRequest(body, session.served.features);
      const scores = await served.using(() => session.score(request.features, request.rows));
      const answer = { scores, versions: session.served.version };
      return reply
        .header('content-type', JSON_TYPE)
        .send(inferenceResponse(params.model, request.id, answer));
    },
  );
}
