import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { OpenRunInput, type OpenedRun } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';
import { makeFindChampion } from './find-champion.js';

/**
 * Record the charter and the run before anything else happens, and hand the workflow its spec and the champion of this moment.
 *
 * Idempotent by (model, run). Short: no heartbeat.
 *
 * @throws ApplicationFailure `SpecNotFound`, `InvalidInput` (never retried)
 */
export function makeOpenRun({ registry }: { registry: Pick<Registry, 'openRun' | 'loadSpec' | 'aliased'> }) {
  const findChampion = makeFindChampion({ registry });
  return async function openRun(input: OpenRunInput): Promise<OpenedRun> {
    const request = parseOrFail(OpenRunInput, input);
    await registry.openRun(request);
    const packed = await registry.loadSpec(request.specDigest);
    if (!packed)
      throw fail(
        FailureType.SpecNotFound,
        `spec ${request.specDigest} is not recorded: start the lifecycle with \`mainspring start\``,
      );
    return { packed, champion: await findChampion({ model: request.model }) };
  };
}
