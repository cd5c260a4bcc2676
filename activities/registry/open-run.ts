import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { problemOf } from '../../contracts/problems/index.js';
import { OTHER_PROBLEM_REMEDY, otherProblem } from '../../contracts/problems/other-problem.js';
import { OpenRunInput, type OpenedRun } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';
import { makeFindChampion } from './find-champion.js';

/**
 * Record the charter and the run before any other step, and return the spec and the current champion. A spec whose problem
 * is not the champion's is refused here, before anything is paid for.
 *
 * Idempotent by (model, run). Short: no heartbeat.
 *
 * @throws MainspringFailure `SpecNotFound`, `InvalidInput` (never retried)
 */
export function makeOpenRun({
  registry,
}: {
  registry: Pick<Registry, 'openRun' | 'loadSpec' | 'aliased' | 'shapeOf'>;
}) {
  const findChampion = makeFindChampion({ registry });
  return async function openRun(input: OpenRunInput): Promise<OpenedRun> {
    const request = parseOrFail(OpenRunInput, input);
    await registry.openRun(request);
    const packed = await registry.loadSpec(request.specDigest);
    if (!packed)
      throw fail(FailureType.SpecNotFound, `spec ${request.specDigest} is not recorded`, {
        remedy: 'Start the lifecycle with `mainspring start`.',
      });
    const { model } = request;
    const champion = await findChampion({ model });
    const shape = champion && (await registry.shapeOf({ model, version: champion.version }));
    const other =
      shape && otherProblem({ version: champion.version, problem: shape.problem }, problemOf(packed.spec));
    if (other)
      throw fail(FailureType.InvalidInput, other, {
        remedy: OTHER_PROBLEM_REMEDY,
      });
    return { packed, champion };
  };
}
