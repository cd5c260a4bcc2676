import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { EndOrphanInput } from '../../contracts/reaper.js';
import { backendOf } from '../training/backend-of.js';
import { heartbeating } from '../training/heartbeating.js';
import type { ReaperDeps } from './deps.js';

/** Beyond the grace a wrapper uploads its last checkpoint. */
const UPLOAD_MS = 5_000;
/** Some backends (Ray) cannot take a job out of their queue: then it is asked again when it runs. */
const QUEUED_MS = 30_000;

/**
 * End a job that no live row knows – TERM, grace, KILL – and see that its backend lists it no more.
 *
 * Idempotent by job key; fine for one that is over. Heartbeats from a timer.
 *
 * @returns false when it is still in a queue that it cannot be taken out of
 * @throws ApplicationFailure `BackendNotConfigured`, `InvalidInput` (never retried)
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
