import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { BeginActionInput, FinishActionInput } from '../../contracts/reaper.js';
import { takeCensus } from './census.js';
import type { ReaperDeps } from './deps.js';
import { rulesOf } from './inspect-jobs.js';
import { findings } from './policy/findings.js';

/** A reaper that was terminated in the middle of an action leaves it begun: the next one takes it over after this. */
const STALE_MS = 900_000;

/**
 * Take an action on a sighting, once, whoever asks: the job is looked at again, and the action is written down before it
 * is begun.
 *
 * Idempotent by sighting and workflow. Short: no heartbeat.
 *
 * @returns false when it is no longer so, or another reaper does it
 * @throws ApplicationFailure `InvalidInput` (never retried)
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
    // Begun by this workflow before: what it began, it ends.
    const staleBefore = new Date(now.getTime() - STALE_MS);
    return isStill && deps.reaper.begin(sighting, by, now, staleBefore);
  };
}

/**
 * Write down what came of an action. Idempotent by sighting. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeFinishAction({ reaper }: Pick<ReaperDeps, 'reaper'>) {
  return async function finishAction(input: FinishActionInput): Promise<void> {
    const { sighting, outcome } = parseOrFail(FinishActionInput, input);
    await reaper.finish(sighting, outcome, new Date());
  };
}
