import type { Absent, StatusAnswer } from '../../../activities/ports/job-backend.js';
import type { ExitRecord } from '../../../activities/ports/exit-record.js';
import type { JobClass } from '../../../contracts/training.js';
import type { RayJob } from './ray-jobs-api.js';

const MAX_REASON_CHARS = 1_024;

/** Ray's memory monitor ends the supervisor of a job, never the job alone: there is no exit code then. */
const OUT_OF_MEMORY = /out.of.memory|memory pressure|\bOOM\b/i;

/** Python says −9 where everybody else says 128 + 9. */
const exitCodeOf = (code: number): number => (code < 0 ? 128 - code : code);

/** The message of a job whose entrypoint ended repeats the last 20,000 characters of its log, which we have. */
const firstLine = (message: string | null | undefined): string =>
  (message ?? '').split('\n')[0]?.trim().slice(0, MAX_REASON_CHARS) ?? '';

/** What a job came to that Ray does not know: a head that was lost forgets how its jobs ended, and their wrappers wrote it down. */
export function statusWithoutJob(record: ExitRecord | undefined): StatusAnswer | Absent {
  if (!record) return { kind: 'absent' };
  const { ended, usage } = record;
  const timedOut = ended.cause === 'deadline' ? 'timedOut' : null;
  return { kind: 'ended', exitCode: ended.code, class: timedOut, reason: ended.reason, spend: usage };
}

/**
 * What Ray's word for a job, and the wrapper's, come to.
 *
 * @param record the newest exit record of the attempt's folder
 */
export function statusOf(job: RayJob, record: ExitRecord | undefined): StatusAnswer {
  if (job.status === 'PENDING') return { kind: 'queued', reason: firstLine(job.message) };
  if (job.status === 'RUNNING') return { kind: 'running' };

  const native = job.driver_exit_code ?? null;
  const code = native === null ? null : exitCodeOf(native);
  // A copy that gave way leaves no record: what lies there is of the process that had the claim.
  const said = record && (code === null || code === record.ended.code) ? record : undefined;
  const exitCode = code ?? said?.ended.code ?? (job.status === 'SUCCEEDED' ? 0 : null);
  const noCode = job.status === 'FAILED' && exitCode === null;

  const verdict = ((): JobClass | null => {
    if (said?.ended.cause === 'deadline') return 'timedOut';
    if (job.status === 'STOPPED') return 'cancelled';
    return noCode && OUT_OF_MEMORY.test(job.message ?? '') ? 'outOfMemory' : null;
  })();
  return {
    kind: 'ended',
    exitCode,
    class: verdict,
    reason: said?.ended.reason || (native === null && job.status === 'FAILED' ? firstLine(job.message) : ''),
    spend: said?.usage ?? null,
  };
}
