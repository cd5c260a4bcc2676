import { type ReleaseEnd, RollBackInput } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { ServingControl } from '../ports/serving-control.js';

/**
 * Take the candidate out of the routes and record why. Safe when nothing was ever routed, when a later release has the routes,
 * and when a promotion was committed that nobody heard of: that one stands, and the answer says so.
 *
 * Idempotent by release id. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeRollBack({ serving }: { serving: Pick<ServingControl, 'rollBack'> }) {
  return async function rollBack(input: RollBackInput): Promise<ReleaseEnd> {
    return serving.rollBack(parseOrFail(RollBackInput, input));
  };
}
