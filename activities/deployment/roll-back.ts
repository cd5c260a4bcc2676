import { type ReleaseEnd, RollBackInput } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { ServingControl } from '../ports/serving-control.js';

/**
 * Remove the candidate from the routes and record the reason. Safe when nothing was routed, and when a later
 * release owns the routes. If a promotion was committed and its answer lost, the promotion stands and the answer
 * says so.
 *
 * Idempotent by release id. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeRollBack({ serving }: { serving: Pick<ServingControl, 'rollBack'> }) {
  return async function rollBack(input: RollBackInput): Promise<ReleaseEnd> {
    return serving.rollBack(parseOrFail(RollBackInput, input));
  };
}
