import { parseOrFail } from '../../contracts/failures.js';
import { OpenJobInput, type OpenedJob } from '../../contracts/job-lease.js';
import type { TrainingDeps } from './deps.js';
import { readHead } from './lease/head.js';
import { isTerminal } from './policy/job-transitions.js';

/**
 * Say which attempt of an intent to begin with. One that is alive is watched again and one that succeeded is collected
 * again; after any other end, a workflow that was started anew for the same intent begins a new attempt.
 *
 * Reads only. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeOpenJob({ jobs, objects }: Pick<TrainingDeps, 'jobs' | 'objects'>) {
  return async function openJob(input: OpenJobInput): Promise<OpenedJob> {
    const { intent } = parseOrFail(OpenJobInput, input);
    const [row, head] = await Promise.all([jobs.last(intent), readHead(objects, intent)]);
    if (head?.result) return { attempt: head.result.attempt };
    if (row && (!isTerminal(row.state) || row.state === 'succeeded')) return { attempt: row.attempt };
    // A head without a row: a dispatch that was cut short, or cancelled, before it wrote one.
    const used = head?.cancelled ? head.attempt : (head?.attempt ?? 1) - 1;
    return { attempt: Math.max(row?.attempt ?? 0, used) + 1 };
  };
}
