import type { JobClass, Spend } from '../../contracts/training.js';
import type { JobState } from '../../contracts/job-state.js';
import type { BackendName } from '../../contracts/spec/training.js';
import type { JobOutcome } from '../../contracts/job-lease.js';

/** One attempt of an intent. Its row is written before anything is submitted. */
export interface JobRow {
  jobKey: string;
  intent: string;
  attempt: number;
  model: string;
  run: string;
  specDigest: string;
  /** Digest of the job's work, without its deadline. */
  jobDigest: string;
  backend: BackendName;
  state: JobState;
  /** Increased by every change. */
  version: number;
  nativeId: string | null;
  nativeUid: string | null;
  class: JobClass | null;
  exitCode: number | null;
  reason: string | null;
  logTail: string | null;
  spend: Spend | null;
  result: JobOutcome['result'];
  createdAt: Date;
  submittedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

export type NewJob = Pick<
  JobRow,
  'jobKey' | 'intent' | 'attempt' | 'model' | 'run' | 'specDigest' | 'jobDigest' | 'backend'
>;
