import type { FastifyInstance } from 'fastify';
import type { LabelStore, Log } from '../ports.js';
import { parseLabels } from '../protocol/feedback.js';
import { RequestError, badRequest } from '../protocol/request-error.js';
import type { RequestLog } from '../request-log/request-log.js';
import type { Routing } from '../routing/follow-routes.js';
import type { ModelParams } from './models.js';

interface Deps {
  routing: Routing;
  labels: LabelStore;
  requestLog: RequestLog;
  log: Log;
}

type Body = Record<string, unknown> | null;

/** What comes after the answer: labels, weeks later, and the request log, when somebody will not wait for it. */
export function feedback(server: FastifyInstance, { routing, labels, requestLog, log }: Deps): void {
  const unavailable = (what: string) => (error: unknown) => {
    log.warn({ error: String(error) }, what);
    throw new RequestError(
      503,
      `${what}: ${error instanceof Error ? error.message : String(error)}; send it again later`,
    );
  };

  async function save(model: string, sent: unknown): Promise<{ accepted: number }> {
    routing.check(model);
    const parsed = parseLabels(sent);
    if (parsed.length > 0) await labels.save(model, parsed).catch(unavailable('labels were not saved'));
    return { accepted: parsed.length };
  }

  server.post<{ Params: ModelParams; Body: Body }>('/v2/models/:model/feedback', ({ params, body }) =>
    save(params.model, body?.['labels']),
  );
  server.post<{ Body: Body }>('/feedback', async ({ body }) => {
    const model = body?.['model'];
    if (typeof model !== 'string') throw badRequest('model must name the model that the labels are for');
    return save(model, body?.['labels']);
  });
  server.post<{ Params: ModelParams }>('/v2/models/:model/flush', async ({ params: { model } }) => {
    routing.check(model);
    return requestLog.flush(model).catch(unavailable('the request log was not shipped'));
  });
}
