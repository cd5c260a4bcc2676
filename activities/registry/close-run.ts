import { parseOrFail } from '../../contracts/failures.js';
import { CloseRunInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record how a run ended.
 *
 * Idempotent by (model, run): the first outcome stays. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeCloseRun({ registry }: { registry: Pick<Registry, 'closeRun'> }) {
  return async function closeRun(input: CloseRunInput): Promise<void> {
    await registry.closeRun(parseOrFail(CloseRunInput, input));
  };
}
