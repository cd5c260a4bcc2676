import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { parseOrFail } from '../../contracts/failures.js';
import { lifecycleId } from '../../contracts/ids.js';
import { LifecycleRef } from '../../contracts/retraining.js';

/** Statuses after which nothing comes any more; every other one, a paused run too, is open. */
const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/**
 * Whether a run's lifecycle is still open: one that was terminated never says that it ended.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeIsLifecycleOpen({ client }: { client: Pick<Client, 'workflow'> }) {
  return async function isLifecycleOpen(input: LifecycleRef): Promise<boolean> {
    const { model, run } = parseOrFail(LifecycleRef, input);
    try {
      const { status } = await client.workflow.getHandle(lifecycleId(model, run)).describe();
      return !CLOSED.includes(status.name);
    } catch (error) {
      // Never started, or older than the server's retention.
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
}
