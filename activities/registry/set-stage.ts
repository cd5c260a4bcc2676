import { parseOrFail } from '../../contracts/failures.js';
import { SetStageInput } from '../../contracts/registry.js';
import type { Registry } from '../ports/registry.js';

/**
 * Record which stage a run is in, for people who ask the database instead of Temporal.
 *
 * Idempotent by (model, run, stage); a closed run stays closed. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeSetStage({ registry }: { registry: Pick<Registry, 'setStage'> }) {
  return async function setStage(input: SetStageInput): Promise<void> {
    const { model, run, stage } = parseOrFail(SetStageInput, input);
    await registry.setStage(model, run, stage);
  };
}
