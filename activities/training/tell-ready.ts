import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { goOn } from '../../contracts/job-lease.js';
import type { Ledger } from '../ports/ledger.js';

/** Tell workflows that their jobs may go on. A workflow that no longer exists is removed from the waiting list. */
export async function tellWaiters(
  ledger: Pick<Ledger, 'leaveAll'>,
  waiters: readonly string[],
): Promise<void> {
  const { client } = Context.current();
  for (const waiter of waiters)
    try {
      await client.workflow.getHandle(waiter).signal(goOn.name);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await ledger.leaveAll(waiter);
    }
}

/**
 * Tell the waiting jobs that fit now, after resources were returned. Errors are ignored, because waiting jobs also
 * ask regularly by themselves.
 */
export async function tellReady(ledger: Ledger): Promise<void> {
  try {
    const waiters = await ledger.ready();
    if (waiters.length > 0) await tellWaiters(ledger, waiters);
  } catch {
    // The database or the server is away. The attempt itself is settled.
  }
}
