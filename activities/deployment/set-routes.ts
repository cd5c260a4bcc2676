import { SetRoutesInput } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { RouteTable } from '../../contracts/release.js';
import type { ServingControl } from '../ports/serving-control.js';

/**
 * Set the next generation of a model's routes. Gateways follow by themselves.
 *
 * Idempotent by (model, expected generation, table): a repetition finds its own table. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput`, `VersionConflict` (never retried)
 */
export function makeSetRoutes({ serving }: { serving: Pick<ServingControl, 'setRoutes'> }) {
  return async function setRoutes(input: SetRoutesInput): Promise<RouteTable> {
    return serving.setRoutes(parseOrFail(SetRoutesInput, input));
  };
}
