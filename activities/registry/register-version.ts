import { parseOrFail } from '../../contracts/failures.js';
import { RegisterVersionInput, type VersionRef } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Register the candidate as a version, with its whole lineage.
 *
 * Idempotent by (model, run): a run makes at most one version. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeRegisterVersion({ registry }: { registry: Pick<Registry, 'registerVersion'> }) {
  return async function registerVersion(input: RegisterVersionInput): Promise<VersionRef> {
    return registry.registerVersion(parseOrFail(RegisterVersionInput, input));
  };
}
