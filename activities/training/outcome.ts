import type { JobOutcome } from '../../contracts/job-lease.js';
import type { Spend } from '../../contracts/training.js';
import type { JobRow } from '../ports/job-store.js';
import type { Beat } from './lease/beat.js';

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

/** Spend by the backend's record, otherwise by the last beat. */
export const spendOf = (record: Spend | null | undefined, beat: Beat | undefined): Spend =>
  record ?? beat?.usage ?? NO_SPEND;
