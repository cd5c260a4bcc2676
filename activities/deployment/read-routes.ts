import { ReadRoutesInput } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { RouteTable } from '../../contracts/release.js';
import type { ServingControl } from '../ports/serving-control.js';

/**
 * Read the current routes of a model; null before its first release.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeReadRoutes({ serving }: { serving: Pick<ServingControl, 'routes'> }) {
  return async function readRoutes(input: ReadRoutesInput): Promise<RouteTable | null> {
    return (await serving.routes(parseOrFail(ReadRoutesInput, input).model)) ?? null;
  };
}
