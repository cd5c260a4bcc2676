import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { BeginActionInput, FinishActionInput } from '../../contracts/reaper.js';
import { takeCensus } from './census.js';
import type { ReaperDeps } from './deps.js';
import { rulesOf } from './inspect-jobs.js';
import { findings } from './policy/findings.js';

/** An action that was begun this long ago and never finished may be taken over: its reaper was terminated. */
const STALE_MS = 900_000;

/**
 * Claim an action on a sighting. The job is looked at again, and the action is recorded before it begins, so that
 * only one reaper does it.
 *
 * Idempotent by sighting and workflow. Short: no heartbeat.
 *
 * @returns false if the sighting no longer holds, or another reaper does the action
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeBeginAction(deps: ReaperDeps) {
  return async function beginAction(input: BeginActionInput): Promise<boolean> {
    const { sighting } = parseOrFail(BeginActionInput, input);
    const { client, info } = Context.current();
    const { workflowId, runId } = info.workflowExecution ?? {};
    const by = `${workflowId ?? ''}/${runId ?? ''}`;
    const now = new Date();
    const still = findings(await takeCensus(deps, client, sighting.subject), rulesOf(deps));
    const isStill = still.some(({ kind, subject }) => kind === sighting.kind && subject === sighting.subject);
    // An action that this workflow began before is continued by it.
    const staleBefore = new Date(now.getTime() - STALE_MS);
    return isStill && deps.reaper.begin(sighting, by, now, staleBefore);
  };
}

/**
 * Record the outcome of an action.
 *
 * Idempotent by sighting. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeFinishAction({ reaper }: Pick<ReaperDeps, 'reaper'>) {
  return async function finishAction(input: FinishActionInput): Promise<void> {
    const { sighting, outcome } = parseOrFail(FinishActionInput, input);
    await reaper.finish(sighting, outcome, new Date());
  };
}
