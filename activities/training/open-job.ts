import { parseOrFail } from '../../contracts/failures.js';
import { OpenJobInput, type OpenedJob } from '../../contracts/job-lease.js';
import type { TrainingDeps } from './deps.js';
import { leaseOf } from './lease-of.js';
import { readHead } from './lease/head.js';
import { isTerminal } from '../../contracts/job-state.js';

/**
 * Return the attempt to begin an intent with. A live attempt is watched again, and a successful one is collected
 * again. After any other end, a workflow that was started again for the same intent begins a new attempt.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeOpenJob(deps: Pick<TrainingDeps, 'jobs' | 'objects' | 'engineId'>) {
  const { jobs, objects } = deps;
  return async function openJob(input: OpenJobInput): Promise<OpenedJob> {
    const { intent } = parseOrFail(OpenJobInput, input);
    const lease = await leaseOf(deps, intent);
    const [row, head] = await Promise.all([jobs.last(intent), readHead(objects, lease)]);
    if (head?.result) return { attempt: head.result.attempt };
    if (row && (!isTerminal(row.state) || row.state === 'succeeded')) return { attempt: row.attempt };
    // The head has no row if a dispatch was interrupted or cancelled before it wrote one.
    const used = head?.cancelled ? head.attempt : (head?.attempt ?? 1) - 1;
    return { attempt: Math.max(row?.attempt ?? 0, used) + 1 };
  };
}
