import { PromoteInput, type ReleaseEnd } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { ServingControl } from '../ports/serving-control.js';

/**
 * Make the candidate the champion: aliases, routes and release row in one transaction.
 *
 * Idempotent by release id: repeated deliveries are one promotion. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput`, `VersionConflict` (never retried)
 */
export function makePromote({ serving }: { serving: Pick<ServingControl, 'promote'> }) {
  return async function promote(input: PromoteInput): Promise<ReleaseEnd> {
    return serving.promote(parseOrFail(PromoteInput, input));
  };
}
