import type { Windows } from '../../contracts/data.js';
import { FailureType, fail } from '../../contracts/failures.js';
import type { Split } from '../../contracts/spec/data.js';
import { durationMs } from '../../contracts/primitives/duration.js';

export interface WindowsRequest {
  asOf: string;
  split: Split;
  lookback: string;
  /** Length of train and test together; null to use the lengths of the split. */
  history: string | null;
}

/**
 * The spans of event time of one lifecycle: test ends at asOf, train lies before it, validation is the last part of
 * train, and features may look `lookback` further back. `history` changes the length of train, never of test.
 *
 * @throws MainspringFailure `InvalidInput` if no row would be left to train on
 */
export function planWindows({ asOf, split, lookback, history }: WindowsRequest): Windows {
  const [test, validation] = [durationMs(split.test), durationMs(split.validation)];
  const total = history === null ? durationMs(split.train) + test : durationMs(history);
  if (total <= test + validation)
    throw fail(
      FailureType.InvalidInput,
      `${history === null ? `split.train ${split.train}` : `history ${history}`} leaves nothing to train on beside ` +
        `split.validation ${split.validation}${history === null ? '' : ` and split.test ${split.test}`}`,
      { remedy: 'Make it longer, or validation and test shorter.' },
    );
  const end = Date.parse(asOf);
  const before = (ms: number): string => new Date(end - ms).toISOString();
  const from = before(total);
  const testFrom = before(test);
  return {
    asOf: before(0),
    read: { from: before(total + durationMs(lookback)), to: before(0) },
    rows: { from, to: before(0) },
    train: { from, to: testFrom },
    validation: { from: before(test + validation), to: testFrom },
    test: { from: testFrom, to: before(0) },
  };
}
