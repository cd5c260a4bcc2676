import type { FastifyInstance, FastifyReply } from 'fastify';
import type { LabelStore, Log } from '../ports.js';
import { type RefusedLabel, parseLabels } from '../protocol/feedback.js';
import { shown } from '../protocol/shown.js';
import { RequestError, badRequest } from '../request-error.js';
import type { RequestLog } from '../request-log/request-log.js';
import type { LabelCounts } from '../statistics/label-counts.js';
import type { Routing } from '../routing/follow-routes.js';
import type { ModelParams } from './models.js';

interface Deps {
  routing: Routing;
  labels: LabelStore;
  requestLog: RequestLog;
  labelCounts: LabelCounts;
  log: Log;
}

type Body = Record<string, unknown> | null;

/** Most refused labels that an answer lists. */
const LISTED = 100;

interface Saved {
  accepted: number;
  refused: RefusedLabel[];
}

/** 200 if every label was kept. 400 if not, with the number that was kept and the others with their reasons. */
function answer(reply: FastifyReply, { accepted, refused }: Saved): unknown {
  const [first] = refused;
  if (!first) return { accepted };
  const error = `${refused.length} of the labels were refused and the other ${accepted} kept; the first: ${first.reason}`;
  return reply.code(400).send({
    error,
    accepted,
    refused: refused.length,
    refusedLabels: refused.slice(0, LISTED),
  });
}

/** Paths for labels, which come weeks after the answer, and for shipping the request log at once. */
export function feedback(
  server: FastifyInstance,
  { routing, labels, requestLog, labelCounts, log }: Deps,
): void {
  const unavailable = (what: string) => (error: unknown) => {
    log.warn({ error: String(error) }, what);
    throw new RequestError(
      503,
      `${what}: ${error instanceof Error ? error.message : String(error)}; send it again later`,
    );
  };

  async function save(model: string, sent: unknown): Promise<Saved> {
    const parsed = parseLabels(sent, { model, problem: routing.check(model).answers });
    if (parsed.labels.length > 0)
      await labels.save(model, parsed.labels).catch(unavailable('labels were not saved'));
    labelCounts.add(model, { accepted: parsed.labels.length, refused: parsed.refused.length });
    return { accepted: parsed.labels.length, refused: parsed.refused };
  }

  server.post<{ Params: ModelParams; Body: Body }>(
    '/v2/models/:model/feedback',
    async ({ params: { model }, body }, reply) => {
      const stated = body?.['model'] ?? model;
      if (stated !== model)
        throw badRequest(
          `model is ${shown(stated)}, but the path is for ${model}: leave it out, or send it to /feedback`,
        );
      return answer(reply, await save(model, body?.['labels']));
    },
  );
  server.post<{ Body: Body }>('/feedback', async ({ body }, reply) => {
    const model = body?.['model'];
    if (typeof model !== 'string') {
      const names = routing.models().map(([name]) => name);
      throw badRequest(
        `model is ${shown(model)}, expected the model that the labels are for; served: ${names.join(', ') || 'none yet'}`,
      );
    }
    return answer(reply, await save(model, body?.['labels']));
  });
  server.post<{ Params: ModelParams }>('/v2/models/:model/flush', async ({ params: { model } }) => {
    routing.check(model);
    return requestLog.flush(model).catch(unavailable('the request log was not shipped'));
  });
}
