import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { EndOrphanInput } from '../../contracts/reaper.js';
import { backendOf } from '../training/backend-of.js';
import { heartbeating } from '../training/heartbeating.js';
import type { ReaperDeps } from './deps.js';

/** Beyond the grace a wrapper uploads its last checkpoint. */
const UPLOAD_MS = 5_000;

/**
 * End a job that no live row knows – TERM, grace, KILL – and see that its backend lists it no more.
 *
 * Idempotent by job key; fine for one that is over. Heartbeats from a timer.
 *
 * @throws ApplicationFailure `BackendNotConfigured`, `InvalidInput` (never retried)
 */
export function makeEndOrphan({ backends, engineId, timing }: ReaperDeps) {
  return async function endOrphan(input: EndOrphanInput): Promise<void> {
    const { jobKey, backend: name } = parseOrFail(EndOrphanInput, input);
    const backend = backendOf({ backends }, name);
    const ctx = Context.current();
    await heartbeating(
      () => ({ jobKey }),
      async () => {
        const killAt = Date.now() + timing.graceMs + UPLOAD_MS;
        let isAsked = false;
        for (;;) {
          const answer = await backend.list(engineId);
          if (answer.kind === 'listed') {
            const job = answer.jobs.find(({ handle }) => handle.jobKey === jobKey);
            if (!job) return;
            const kill = Date.now() > killAt;
            if (!isAsked || kill) await backend.cancel(job.handle, { kill });
            isAsked = true;
          }
          await ctx.sleep(Math.max(backend.pollMs, 500));
        }
      },
    );
  };
}
