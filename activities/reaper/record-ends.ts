import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApprovalState } from '../../contracts/approval.js';
import { failureIn } from '../../contracts/failures.js';
import { lifecycleId, releaseId } from '../../contracts/ids.js';
import { LifecycleResult } from '../../contracts/lifecycle.js';
import { isEndedAsFailed } from '../../contracts/ended-by.js';
import type { Registry } from '../ports/registry.js';
import type { ServingControl } from '../ports/serving-control.js';

export interface EndsDeps {
  registry: Pick<Registry, 'runs' | 'closeRun' | 'recordApproval' | 'models' | 'version'>;
  approvals: {
    /** Approvals on record that wait for people. */
    pending(limit: number): Promise<Parameters<Registry['recordApproval']>[0][]>;
  };
  serving: Pick<ServingControl, 'routes' | 'rollBack'>;
}

/** Most open runs and pending approvals that are looked at. */
const MAX_RUNS = 1_000;
const MAX_APPROVALS = 200;
const MAX_REASON_CHARS = 1_000;

/** How a workflow ended: with a result, or with an error. */
type End = { result: unknown } | { status: string; error: unknown };

/** The end of a workflow; undefined if it is open, or the server does not know it (any more). */
async function endOf({ workflow }: Pick<Client, 'workflow'>, id: string): Promise<End | undefined> {
  const handle = workflow.getHandle(id);
  try {
    const { status, closeTime } = await handle.describe();
    if (!closeTime) return undefined;
    return await handle.result().then(
      (result: unknown): End => ({ result }),
      (error: unknown): End => ({ status: status.name, error }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function rootOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return (at instanceof Error ? at.message : String(at)).slice(0, MAX_REASON_CHARS);
}

function outcomeOf(end: End): Pick<LifecycleResult, 'outcome' | 'reason'> {
  if ('result' in end) {
    const result = LifecycleResult.safeParse(end.result);
    if (result.success) return result.data;
    return { outcome: 'failed', reason: 'its workflow ended without an outcome' };
  }
  const { status, error } = end;
  const reason = failureIn(error)?.message ?? rootOf(error);
  // A person who ends a run whose workflow does not answer has it terminated, with the words for its record.
  const isCancelled = status === 'CANCELLED' || (status === 'TERMINATED' && !isEndedAsFailed(reason));
  return { outcome: isCancelled ? 'cancelled' : 'failed', reason };
}

/**
 * Record what ended workflows could not record themselves, because a store was away or they were terminated: outcomes of runs,
 * lapsed approvals, and the end of a release that left a candidate in the routes. A workflow that the server does not know is
 * left alone.
 *
 * Idempotent: the first outcome stays, and a decided approval and a promotion too. Short: no heartbeat.
 *
 * @returns what was recorded, in words
 */
export function makeRecordEnds({ registry, approvals, serving }: EndsDeps) {
  return async function recordEnds(): Promise<string[]> {
    const { client } = Context.current();
    const done: string[] = [];

    for (const { model, run } of await registry.runs({ open: true, limit: MAX_RUNS })) {
      const end = await endOf(client, lifecycleId(model, run));
      if (!end) continue;
      const outcome = outcomeOf(end);
      await registry.closeRun({ model, run, outcome: outcome.outcome, reason: outcome.reason });
      done.push(`run ${model}/${run}: ${outcome.outcome}`);
    }

    for (const { id, model, run, version, state } of await approvals.pending(MAX_APPROVALS)) {
      const end = await endOf(client, id);
      if (!end) continue;
      const decided = 'result' in end ? ApprovalState.safeParse(end.result) : undefined;
      const last = decided?.success ? decided.data : { ...state, status: 'LAPSED' as const };
      await registry.recordApproval({ id, model, run, version, state: last });
      done.push(`${id}: ${last.status}`);
    }

    for (const model of await registry.models()) {
      const version = (await serving.routes(model))?.candidate?.version;
      if (version === undefined) continue;
      const release = releaseId(model, version);
      if (!(await endOf(client, release))) continue;
      const made = await registry.version({ model, version });
      if (!made) continue;
      const reason = 'its workflow ended and left it in the routes';
      const { outcome } = await serving.rollBack({
        ...{ release, model, version, reason },
        run: made.run,
        evidence: null,
      });
      done.push(`${release}: ${outcome}`);
    }
    return done;
  };
}

/** Activities of pool `control`, which has the records. */
export const createEndsActivities = (deps: EndsDeps) => ({ recordEnds: makeRecordEnds(deps) });
export type EndsActivities = ReturnType<typeof createEndsActivities>;
