import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { parseOrFail } from '../../contracts/failures.js';
import { trainingJobId, trialIntent } from '../../contracts/ids.js';
import { type EndedTrials, FindEndedTrialsInput } from '../../contracts/study.js';

/** Final statuses of a workflow. */
const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];
/** Most parallel requests to Temporal. */
const AT_ONCE = 10;

/**
 * Find trials whose job workflow is closed: a terminated workflow never reports to its study.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeFindEndedTrials({ client }: { client: Pick<Client, 'workflow'> }) {
  return async function findEndedTrials(input: FindEndedTrialsInput): Promise<EndedTrials> {
    const { model, run, trials } = parseOrFail(FindEndedTrialsInput, input);
    const limit = pLimit(AT_ONCE);
    const statusOf = async (trial: number): Promise<string> => {
      try {
        const handle = client.workflow.getHandle(trainingJobId(trialIntent(model, run, trial)));
        return (await handle.describe()).status.name;
      } catch (error) {
        // The workflow was terminated so long ago that the server has deleted it.
        if (error instanceof WorkflowNotFoundError) return 'TERMINATED';
        throw error;
      }
    };
    const found = await Promise.all(
      trials.map((trial) => limit(async () => ({ trial, status: await statusOf(trial) }))),
    );
    return found.filter(({ status }) => CLOSED.includes(status));
  };
}
