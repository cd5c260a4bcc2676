import type { FastifyInstance } from 'fastify';
import type { ServedVersion } from '../../../contracts/release.js';
import { MODEL, type Stage, openStage, served } from '../../serving/support.js';
import { type Verdict, accepted, hasTrace, refused, serverError, stopped } from '../verdict.js';

export interface Answer {
  statusCode: number;
  body: string;
}

export interface GatewayStage {
  stage: Stage;
  server: FastifyInstance;
}

/** A gateway that serves one model, with a real database and object store. */
export async function gatewayWith(version: (stage: Stage) => Promise<ServedVersion>): Promise<GatewayStage> {
  const stage = await openStage();
  await stage.register(1);
  const { gateway } = await stage.gateway();
  const { generation } = await stage.route({ champion: await version(stage) });
  await served(stage.control, generation);
  return { stage, server: gateway.server };
}

export { MODEL };

/** The verdict on an answer over HTTP: 2xx is accepted, 4xx with a reason is refused, all else is a fault of ours. */
export function verdictOfAnswer({ statusCode, body }: Answer, reason: (body: string) => string): Verdict {
  if (hasTrace(body)) return serverError(`${statusCode} with a stack trace: ${body}`);
  if (statusCode >= 500) return serverError(`${statusCode} ${body}`);
  if (statusCode < 400) return accepted(body);
  const why = reason(body);
  return why === '' ? stopped(`${statusCode} without a reason: ${body}`) : refused(`${statusCode} ${why}`);
}

/** The reason in `{"error": "…"}`; empty if there is none. */
export function errorOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return '';
  }
}
