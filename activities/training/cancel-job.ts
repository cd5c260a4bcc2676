import { Context } from '@temporalio/activity';
import pTimeout from 'p-timeout';
import { MainspringFailure, parseOrFail } from '../../contracts/failures.js';
import { CancelJobInput, type CancelledJob } from '../../contracts/job-lease.js';
import type { JobBackend, JobHandle } from '../ports/job-backend.js';
import type { JobRow } from '../ports/job-row.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { handleOf } from './handle.js';
import { heartbeating } from './heartbeating.js';
import { jobKeyOf } from './job-key.js';
import { leaseOf } from './lease-of.js';
import { claimKey } from './lease/claim.js';
import { cancelHead } from './lease/head.js';
import { isOurs } from '../../contracts/job-owner.js';
import { isTerminal } from '../../contracts/job-state.js';

/** Time after the grace in which a wrapper uploads the last checkpoint. */
const UPLOAD_MS = 5_000;

/**
 * Ask the backend to stop the job, then to kill it, until the backend confirms that the job is dead. An accepted
 * cancel request is not yet a confirmation.
 *
 * @param isClaimed whether a process has claimed the attempt. An unclaimed attempt whose head is cancelled never
 * starts to work: some backends (Ray) cannot remove a queued job, and the wrapper exits when its turn comes.
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
    await ctx.sleep(status.kind === 'absent' ? backend.listedWithinMs : backend.pollMs);
  }
}

/** Longest time that the stores may take before the backend is asked without them. */
const STORES_MS = 8_000;

/**
 * Stop an attempt: forbid it to continue (head), have its backend stop it (TERM, grace, KILL), and wait until it is
 * dead. `collectJob` settles the attempt afterwards; a result that came first is kept. If a store is away, the backend's job is
 * ended all the same, and the store's error is thrown: the next attempt of this activity forbids and records.
 *
 * Idempotent by (intent, attempt); succeeds for an attempt that was never dispatched. Heartbeats from a timer.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeCancelJob(deps: TrainingDeps) {
  const { jobs, objects, backends, engineId, timing } = deps;
  return async function cancelJob(input: CancelJobInput): Promise<CancelledJob> {
    const { intent, attempt, backend: name, reason } = parseOrFail(CancelJobInput, input);
    const backend = backendOf({ backends }, name);
    const ended = (handle: JobHandle, isClaimed: () => Promise<boolean>): Promise<void> =>
      seenDead(backend, handle, timing.graceMs, isClaimed);
    /** Ends the backend's own job of this installation. Without the stores nothing else is known of it. */
    async function endBlindly(): Promise<void> {
      const jobKey = jobKeyOf({ intent, engineId }, attempt);
      const found = await backend.find(jobKey);
      if (found.kind !== 'found' || !isOurs({ jobKey, engineId: found.engineId }, engineId)) return;
      await ended(found.handle, async () => true);
    }
    /** Forbids the attempt to go on. @returns its row; undefined if it was never dispatched */
    async function forbid(): Promise<{ jobKey: string; row: JobRow | undefined }> {
      const lease = await leaseOf(deps, intent);
      const jobKey = jobKeyOf(lease, attempt);
      await cancelHead(objects, lease, attempt);
      await jobs.ledger.leave(intent);
      const row = await jobs.get(jobKey);
      const isOver = row === undefined || isTerminal(row.state);
      return { jobKey, row: isOver ? row : await advance(jobs, row, { type: 'cancel', reason }) };
    }
    return heartbeating(
      () => ({ intent, cancelling: true }),
      async () => {
        const { jobKey, row } = await pTimeout(forbid(), {
          milliseconds: STORES_MS,
          message: `the stores did not answer for ${STORES_MS / 1_000} s`,
        }).catch(async (error: unknown) => {
          if (!(error instanceof MainspringFailure)) await endBlindly();
          throw error;
        });
        if (!row) return { job: null };
        const job = { intent, attempt, jobKey, backend: name };
        if (isTerminal(row.state)) return { job };
        // The row may lack the job's native id, if the answer to its submit was lost.
        const found = await backend.find(jobKey);
        if (found.kind === 'unreachable') throw new Error(`backend ${name} does not answer: ${found.reason}`);
        const isKnown = found.kind === 'found' && isOurs({ jobKey, engineId: found.engineId }, engineId);
        const handle = isKnown ? found.handle : handleOf(row);
        await ended(handle, async () => (await objects.get(claimKey(jobKey))) !== undefined);
        return { job };
      },
    );
  };
}
