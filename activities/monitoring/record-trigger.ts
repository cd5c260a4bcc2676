import { parseOrFail } from '../../contracts/failures.js';
import { RecordTriggerInput } from '../../contracts/retraining.js';
import type { TriggerStore } from '../ports/triggers.js';

/**
 * Record what became of a trigger, so that the audit can ask why a lifecycle started and why one did not.
 *
 * Idempotent by (model, trigger id): the first record stays. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeRecordTrigger({ triggers }: { triggers: Pick<TriggerStore, 'record'> }) {
  return async function recordTrigger(input: RecordTriggerInput): Promise<void> {
    const { model, record } = parseOrFail(RecordTriggerInput, input);
    await triggers.record(model, record);
  };
}
