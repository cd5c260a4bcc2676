import { parseOrFail } from '../../contracts/failures.js';
import { RecordTrialsInput } from '../../contracts/study.js';
import type { TrialStore } from '../ports/trial-store.js';

/**
 * Write ended trials into the table `trials`, many at once: a study keeps only its best trials in memory.
 *
 * Idempotent by (model, run, trial). Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeRecordTrials({ trials: store }: { trials: Pick<TrialStore, 'record'> }) {
  return async function recordTrials(input: RecordTrialsInput): Promise<void> {
    const { model, run, trials } = parseOrFail(RecordTrialsInput, input);
    await store.record({ model, run }, trials);
  };
}
