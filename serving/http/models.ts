import type { FastifyInstance } from 'fastify';
import { modelMetadata } from '../protocol/metadata.js';
import { RequestError } from '../request-error.js';
import type { RequestLog } from '../request-log/request-log.js';
import type { LabelCounts } from '../statistics/label-counts.js';
import type { GivenUpCounts } from '../statistics/given-up-counts.js';
import type { Routing } from '../routing/follow-routes.js';
import type { ServedModel } from '../routing/served-model.js';
import type { Session } from '../sessions/session.js';

export interface ModelParams {
  model: string;
  version?: string;
}

/**
 * The session of the version that the request names.
 *
 * @throws RequestError 404 with the versions that are loaded
 */
export function pinned(served: ServedModel, version: string): Session {
  const session = served.sessions().find((loaded) => String(loaded.served.version) === version);
  if (session) return session;
  const loaded = served.sessions().map((one) => one.served.version);
  throw new RequestError(
    404,
    `version ${version} of model ${served.model} is not loaded; loaded: ${loaded.join(', ')}`,
  );
}

export function models(
  server: FastifyInstance,
  {
    routing,
    requestLog,
    labelCounts,
    givenUp,
  }: {
    routing: Routing;
    requestLog: Pick<RequestLog, 'lost'>;
    labelCounts: LabelCounts;
    givenUp: GivenUpCounts;
  },
): void {
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    server.get<{ Params: ModelParams }>(path, ({ params: { model, version } }) => {
      const served = routing.find(model);
      const sessions = version === undefined ? served.sessions() : [pinned(served, version)];
      return modelMetadata(model, sessions);
    });
    server.get<{ Params: ModelParams }>(`${path}/ready`, ({ params: { model, version } }) => {
      const served = routing.find(model);
      if (version !== undefined) pinned(served, version);
      return { name: model, ready: true };
    });
  }
  // The figures of the gateway's report, also while the database is unreachable.
  server.get<{ Params: ModelParams }>('/v2/models/:model/stats', ({ params: { model } }) => {
    const served = routing.find(model);
    const routes = routing.models().find(([name]) => name === model)?.[1];
    const { generation, share } = served;
    return {
      model,
      generation,
      candidateShare: share,
      problem: routes?.problem ?? null,
      arms: served.arms(),
      givenUp: givenUp.of(model),
      labels: labelCounts.of(model),
      requestLog: requestLog.lost(),
    };
  });
}
