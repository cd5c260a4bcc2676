import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { EndOrphanInput } from '../../contracts/reaper.js';
import { backendOf } from '../training/backend-of.js';
import { heartbeating } from '../training/heartbeating.js';
import type { ReaperDeps } from './deps.js';

/** Time after the grace in which a wrapper uploads its last checkpoint. */
const UPLOAD_MS = 5_000;
/** Some backends (Ray) cannot remove a queued job. The stop is then repeated once the job runs. */
const QUEUED_MS = 30_000;

/**
 * End a job without a live row (TERM, grace, KILL) and wait until its backend no longer lists it.
 *
 * Idempotent by job key; succeeds for a job that is already over. Heartbeats from a timer.
 *
 * @returns false if the job is still in a queue from which it cannot be removed
 * @throws MainspringFailure `BackendNotConfigured`, `InvalidInput` (never retried)
 */
export function makeEndOrphan({ backends, engineId, timing }: ReaperDeps) {
  return async function endOrphan(input: EndOrphanInput): Promise<boolean> {
    const { jobKey, backend: name } = parseOrFail(EndOrphanInput, input);
    const backend = backendOf({ backends }, name);
    const ctx = Context.current();
    return heartbeating(
      () => ({ jobKey }),
      async () => {
        const killAt = Date.now() + timing.graceMs + UPLOAD_MS;
        let isAsked = false;
        for (;;) {
          const answer = await backend.list(engineId);
          if (answer.kind === 'listed') {
            const job = answer.jobs.find(({ handle }) => handle.jobKey === jobKey);
            if (!job) return true;
            const kill = Date.now() > killAt;
            if (job.state === 'queued' && Date.now() > killAt + QUEUED_MS) return false;
            if (!isAsked || kill) await backend.cancel(job.handle, { kill });
            isAsked = true;
          }
          await ctx.sleep(Math.max(backend.pollMs, 500));
        }
      },
    );
  };
}
