import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { OpenRunInput, type OpenedRun } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record the charter and the run before anything else happens, and hand the workflow its spec and the champion to beat.
 *
 * Idempotent by (model, run). Short: no heartbeat.
 *
 * @throws ApplicationFailure `SpecNotFound`, `InvalidInput` (never retried)
 */
export function makeOpenRun({ registry }: { registry: Pick<Registry, 'openRun' | 'loadSpec' | 'aliased'> }) {
  return async function openRun(input: OpenRunInput): Promise<OpenedRun> {
    const request = parseOrFail(OpenRunInput, input);
    await registry.openRun(request);
    const packed = await registry.loadSpec(request.specDigest);
    if (!packed)
      throw fail(
        FailureType.SpecNotFound,
        `spec ${request.specDigest} is not recorded: start the lifecycle with \`mainspring start\``,
      );
    const champion = await registry.aliased(request.model, 'champion');
    return {
      packed,
      champion: champion
        ? { version: champion.version, model: champion.artifact, params: champion.params }
        : null,
    };
  };
}
