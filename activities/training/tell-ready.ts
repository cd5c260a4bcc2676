import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { goOn } from '../../contracts/job-lease.js';
import type { Ledger } from '../ports/ledger.js';

/** Tell workflows that a job of theirs may go on. One that is gone waits no more. */
export async function tellWaiters(
  ledger: Pick<Ledger, 'leaveAll'>,
  waiters: readonly string[],
): Promise<void> {
  const { client } = Context.current();
  for (const waiter of waiters)
    try {
      await client.workflow.getHandle(waiter).signal(goOn);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await ledger.leaveAll(waiter);
    }
}

/** After something was given back: tell those that it is enough for. Not worth failing for: they also ask by themselves. */
export async function tellReady(ledger: Ledger): Promise<void> {
  try {
    const waiters = await ledger.ready();
    if (waiters.length > 0) await tellWaiters(ledger, waiters);
  } catch {
    // A database or a server that is away: the attempt is settled, and that is what counts.
  }
}
