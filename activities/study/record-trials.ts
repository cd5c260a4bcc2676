import { parseOrFail } from '../../contracts/failures.js';
import { RecordTrialsInput } from '../../contracts/study.js';
import type { TrialStore } from '../ports/trial-store.js';

/**
 * Write trials that are over into the table `trials`, many at once: a study keeps only its best in mind.
 *
 * Idempotent by (model, run, trial). Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeRecordTrials({ trials: store }: { trials: Pick<TrialStore, 'record'> }) {
  return async function recordTrials(input: RecordTrialsInput): Promise<void> {
    const { model, run, trials } = parseOrFail(RecordTrialsInput, input);
    await store.record({ model, run }, trials);
  };
}
