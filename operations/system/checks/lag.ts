import type { QueueView } from '../../ports/workflows.js';
import { type Check, type Finding, ok } from './check.js';

/** A task that waits longer than this waits for a worker, not for its turn. */
const LATE_MS = 60_000;

export function lagOf(queues: readonly QueueView[]): Finding {
  const late = queues.filter(({ backlog, backlogAgeMs }) => backlog > 0 && backlogAgeMs > LATE_MS);
  if (late.length === 0) return ok('no task waits for longer than a minute');
  return {
    verdict: 'warn',
    detail: late
      .map(
        ({ pool, backlog, backlogAgeMs }) =>
          `${pool}: ${backlog} ${backlog === 1 ? 'task waits' : 'tasks wait'}, the oldest for ${Math.round(backlogAgeMs / 1_000)} s`,
      )
      .join('; '),
    remedy: 'Start more workers of that pool, raise MAINSPRING_WORKER_CONCURRENCY, or look into its log.',
  };
}

export const lag: Check = {
  what: 'waiting tasks',
  look: async (services) => lagOf(await (await services.workflows()).queues()),
};
