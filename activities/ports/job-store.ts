import type { JobClass, JobState, JobView, Spend } from '../../contracts/training.js';
import type { BackendName } from '../../contracts/spec/training.js';
import type { JobOutcome } from '../../contracts/job-lease.js';
import type { Ledger } from './ledger.js';

/** One attempt of one intent, written before anything is submitted. */
export interface JobRow {
  jobKey: string;
  intent: string;
  attempt: number;
  model: string;
  run: string;
  specDigest: string;
  /** What the job does; the deadline is not part of it. */
  jobDigest: string;
  backend: BackendName;
  state: JobState;
  /** Goes up by one with every change. */
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

/** The part of a row that a transition may change. */
export type JobChange = Partial<Omit<JobRow, keyof NewJob | 'version' | 'createdAt'>> & {
  /** The spend is not the backend's own record; the ledger says so too. Left out: it is not. */
  estimated?: boolean;
};

export interface JobStore {
  /** A row and its reservation are written together. */
  readonly ledger: Ledger;
  /**
   * Write the row in state `intended`; the same key twice gives back the first row.
   *
   * @throws ApplicationFailure `JobConflict` when another attempt of the intent is not over
   */
  insert(job: NewJob): Promise<JobRow>;
  get(jobKey: string): Promise<JobRow | undefined>;
  /** The highest attempt of an intent. */
  last(intent: string): Promise<JobRow | undefined>;
  /**
   * Change the row if it still has `version`; undefined when somebody else was first. A change that ends the attempt
   * settles its reservation in the same transaction, whoever makes it.
   */
  update(jobKey: string, version: number, change: JobChange): Promise<JobRow | undefined>;
  /** Newest first. */
  list(filter: { model?: string; run?: string; live?: boolean; limit: number }): Promise<JobView[]>;
}
