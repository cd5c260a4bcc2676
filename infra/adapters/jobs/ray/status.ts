import type { Absent, StatusAnswer } from '../../../../activities/ports/job-backend.js';
import type { ExitRecord } from '../../../../activities/ports/exit-record.js';
import type { JobClass } from '../../../../contracts/training.js';
import type { RayJob } from './jobs-api.js';

const MAX_REASON_CHARS = 1_024;

/** Ray's memory monitor kills the supervisor of a job together with the job, so there is no exit code. */
const OUT_OF_MEMORY = /out.of.memory|memory pressure|\bOOM\b/i;

/** Python reports −9 for a signal that a shell reports as 128 + 9. */
const exitCodeOf = (code: number): number => (code < 0 ? 128 - code : code);

/**
 * The first line of a job's message. For an ended entrypoint the rest repeats the last 20,000 characters of the
 * log, which is stored already.
 */
const firstLine = (message: string | null | undefined): string =>
  (message ?? '').split('\n')[0]?.trim().slice(0, MAX_REASON_CHARS) ?? '';

/**
 * The status of a job that Ray does not know. A restarted head has forgotten how its jobs ended; the wrapper's exit
 * record still tells.
 */
export function statusWithoutJob(record: ExitRecord | undefined): StatusAnswer | Absent {
  if (!record) return { kind: 'absent' };
  const { ended, usage } = record;
  const timedOut = ended.cause === 'deadline' ? 'timedOut' : null;
  return { kind: 'ended', exitCode: ended.code, class: timedOut, reason: ended.reason, spend: usage };
}

/**
 * The status of a job, from Ray's state and the wrapper's exit record.
 *
 * @param record the newest exit record in the attempt's folder
 */
export function statusOf(job: RayJob, record: ExitRecord | undefined): StatusAnswer {
  if (job.status === 'PENDING') return { kind: 'queued', reason: firstLine(job.message) };
  if (job.status === 'RUNNING') return { kind: 'running' };

  const native = job.driver_exit_code ?? null;
  const code = native === null ? null : exitCodeOf(native);
  // A copy that met the claim leaves no record, so the record is that of the process with the claim.
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
