import { parseOrFail } from '../../contracts/failures.js';
import { type Champion, FindChampionInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Find the version that serves now; null if there is none.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeFindChampion({ registry }: { registry: Pick<Registry, 'aliased'> }) {
  return async function findChampion(input: FindChampionInput): Promise<Champion | null> {
    const { model } = parseOrFail(FindChampionInput, input);
    const champion = await registry.aliased(model, 'champion');
    return champion ? { version: champion.version, model: champion.artifact, params: champion.params } : null;
  };
}
