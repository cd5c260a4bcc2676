import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { parseOrFail } from '../../contracts/failures.js';
import { lifecycleId } from '../../contracts/ids.js';
import { LifecycleRef } from '../../contracts/retraining.js';

/** Statuses after which nothing comes any more; every other one, a paused run too, is open. */
const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/**
 * Tell if the lifecycle of a run is still open. A terminated lifecycle never reports its end, so it must be asked
 * for.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeIsLifecycleOpen({ client }: { client: Pick<Client, 'workflow'> }) {
  return async function isLifecycleOpen(input: LifecycleRef): Promise<boolean> {
    const { model, run } = parseOrFail(LifecycleRef, input);
    try {
      const { status } = await client.workflow.getHandle(lifecycleId(model, run)).describe();
      return !CLOSED.includes(status.name);
    } catch (error) {
      // The workflow was never started, or is older than the server's retention.
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
}
