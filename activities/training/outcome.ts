import type { JobOutcome } from '../../contracts/job-lease.js';
import type { Spend } from '../../contracts/training.js';
import type { JobRow } from '../ports/job-row.js';
import type { Beat } from './lease/beat.js';
import type { Claim } from './lease/claim.js';

export const NO_SPEND: Spend = { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 };
/** Bytes at the end of a job's log that enter a payload. */
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
 * The spend of an attempt, from the backend's record if there is one. A killed process leaves no record. Then the
 * spend is estimated: the usage of the last beat, plus the time until now, but at most one beat interval. Without a
 * beat, work is counted from the claim, or from the start that the backend reports. Without any of these the spend
 * is zero.
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
