import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { CancelJobInput, type CancelledJob } from '../../contracts/job-lease.js';
import type { JobBackend, JobHandle } from '../ports/job-backend.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { handleOf } from './handle.js';
import { heartbeating } from './heartbeating.js';
import { jobKeyOf } from './job-key.js';
import { claimKey } from './lease/claim.js';
import { cancelHead } from './lease/head.js';
import { isTerminal } from './policy/job-transitions.js';

/** A wrapper that was asked needs its grace for the trainer, and some time to upload the last checkpoint. */
const UPLOAD_MS = 5_000;

/**
 * Asks, then kills, until the backend has seen the job dead. A cancel that was only accepted is not done.
 *
 * @param isClaimed whether a process ever worked on it. One that did not, of a head that says cancelled, never will: some
 *   backends (Ray) cannot take a job out of their queue, and it gives way when its turn comes.
 */
async function seenDead(
  backend: JobBackend,
  handle: JobHandle,
  graceMs: number,
  isClaimed: () => Promise<boolean>,
): Promise<void> {
  const ctx = Context.current();
  const killAt = Date.now() + graceMs + UPLOAD_MS;
  let asked = false;
  for (let absences = 0; absences < 2;) {
    const status = await backend.status(handle);
    if (status.kind === 'ended') return;
    if (status.kind === 'absent') absences += 1;
    else if (status.kind !== 'unreachable') {
      absences = 0;
      const kill = Date.now() > killAt;
      if (kill && status.kind === 'queued' && !(await isClaimed())) return;
      if (!asked || kill) await backend.cancel(handle, { kill });
      asked = true;
    }
    await ctx.sleep(status.kind === 'absent' ? backend.settlingMs : backend.pollMs);
  }
}

/**
 * Stop an attempt: no one may go on with it (head), its backend stops it (TERM, grace, KILL), and it is seen dead. The
 * attempt is settled afterwards by `collectJob`; a result that came first stays.
 *
 * Idempotent by (intent, attempt); fine for one that was never dispatched. Heartbeats from a timer.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeCancelJob({ jobs, objects, backends, timing }: TrainingDeps) {
  return async function cancelJob(input: CancelJobInput): Promise<CancelledJob> {
    const { intent, attempt, backend: name, reason } = parseOrFail(CancelJobInput, input);
    const backend = backendOf({ backends }, name);
    const jobKey = jobKeyOf(intent, attempt);
    return heartbeating(
      () => ({ jobKey, cancelling: true }),
      async () => {
        await cancelHead(objects, intent, attempt);
        await jobs.ledger.leave(intent);
        const row = await jobs.get(jobKey);
        if (!row) return { job: null };
        const job = { intent, attempt, jobKey, backend: name };
        if (isTerminal(row.state)) return { job };
        const cancelling = await advance(jobs, row, { type: 'cancel', reason });
        // The row may not know the job yet: a submit whose answer was lost.
        const found = await backend.find(jobKey);
        if (found.kind === 'unreachable') throw new Error(`backend ${name} does not answer: ${found.reason}`);
        const handle = found.kind === 'found' ? found.handle : handleOf(cancelling);
        await seenDead(
          backend,
          handle,
          timing.graceMs,
          async () => (await objects.get(claimKey(jobKey))) !== undefined,
        );
        return { job };
      },
    );
  };
}
