import { parseLifecycleId } from '../../contracts/ids.js';
import type { RunView } from '../../contracts/registry.js';
import type { Services } from '../services/services.js';

export interface ListOptions {
  model?: string;
  /** Runs that have not ended. */
  open?: boolean;
  limit?: number;
}

export interface ListedRun extends Omit<RunView, 'specDigest' | 'asOf' | 'startedBy' | 'reason'> {
  asOf: string | null;
  startedBy: string | null;
  reason: string | null;
}

/** Newest runs first: those of the database, and those that were started and have not recorded their charter yet. */
export async function list(services: Services, options: ListOptions = {}): Promise<ListedRun[]> {
  const { limit = 20, model, open = false } = options;
  const { registry } = await services.database();
  const recorded = await registry.runs({
    ...(model === undefined ? {} : { model }),
    limit: open ? 1_000 : limit,
  });
  const known = new Set(recorded.map((run) => `${run.model}/${run.run}`));
  const fresh: ListedRun[] = [];
  const { client } = await services.temporal();
  const query = `WorkflowType = 'lifecycle' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    const name = parseLifecycleId(workflowId);
    if (!name || known.has(`${name.model}/${name.run}`) || (model !== undefined && name.model !== model))
      continue;
    fresh.push({
      ...name,
      asOf: null,
      startedBy: null,
      reason: null,
      stage: 'charter',
      outcome: null,
      outcomeReason: null,
      startedAt: startTime.toISOString(),
      endedAt: null,
    });
    if (fresh.length >= limit) break;
  }
  return [...fresh, ...recorded].filter((run) => !open || run.outcome === null).slice(0, limit);
}
