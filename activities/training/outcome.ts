import type { JobOutcome } from '../../contracts/job-lease.js';
import type { Spend } from '../../contracts/training.js';
import type { JobRow } from '../ports/job-store.js';
import type { Beat } from './lease/beat.js';
import type { Claim } from './lease/claim.js';

export const NO_SPEND: Spend = { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 };
/** What enters a payload of a job's log. */
export const LOG_TAIL_BYTES = 2_000;

export const outcomeOf = (row: JobRow): JobOutcome => ({
  jobKey: row.jobKey,
  attempt: row.attempt,
  state: row.state,
  class: row.class ?? (row.state === 'cancelled' ? 'cancelled' : 'infrastructure'),
  exitCode: row.exitCode,
  reason: row.reason ?? '',
  logTail: row.logTail ?? '',
  spend: row.spend ?? NO_SPEND,
  result: row.result,
});

/**
 * Spend by the backend's record. A process that was killed leaves none: then what its last beat says, and what it may have
 * worked after it – until now, and at most one beat interval, when the next beat would have come. One that never beat
 * worked from its claim on, or from when its backend said that it runs; one that did neither did no work.
 */
export function spendOf(
  record: Spend | null | undefined,
  beat: Beat | undefined,
  { startedAt, claim }: Pick<JobRow, 'startedAt'> & { claim: Claim | undefined },
  { beatMs, now }: { beatMs: number; now: Date },
): Spend {
  if (record) return record;
  const said = beat?.usage ?? NO_SPEND;
  const startMs = claim ? Date.parse(claim.at) : startedAt?.getTime();
  if (beat?.ended || startMs === undefined) return said;
  const sinceStart = (now.getTime() - startMs) / 1_000;
  const wallSeconds = Math.max(said.wallSeconds, Math.min(sinceStart, said.wallSeconds + beatMs / 1_000));
  const gpus = said.wallSeconds > 0 ? said.gpuSeconds / said.wallSeconds : (claim?.gpus ?? 0);
  return { ...said, wallSeconds, gpuSeconds: wallSeconds * gpus };
}
