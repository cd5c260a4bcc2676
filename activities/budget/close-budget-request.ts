import { CloseBudgetRequestInput } from '../../contracts/budget-extension.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { Ledger } from '../ports/ledger.js';
import { tellWaiters } from '../training/tell-ready.js';

/**
 * Record the decision on an account that ran out. An approval sets the proposed limits, with the approval as the
 * reason. Afterwards every waiting job is told to ask again: it goes on, or ends with `BudgetExhausted`.
 *
 * Idempotent by (account, generation). Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeCloseBudgetRequest({ ledger }: { ledger: Ledger }) {
  return async function closeBudgetRequest(input: CloseBudgetRequestInput): Promise<void> {
    const { account, generation, approval, status, votes } = parseOrFail(CloseBudgetRequestInput, input);
    await ledger.closeRequest(account, generation, { status, by: votes || approval, approval });
    await tellWaiters(ledger, await ledger.waiting(account));
  };
}
