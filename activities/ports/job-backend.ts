import type { JobClass, Spend } from '../../contracts/training.js';
import type { Placement } from '../../contracts/spec/training.js';
import type { JobOrder } from './job-order.js';

/** A job, as its backend identifies it. A native id alone proves nothing, because backends reuse ids. */
export interface JobHandle {
  jobKey: string;
  nativeId: string;
  /** Distinguishes two jobs with one native id (start time, uid); null if the backend has nothing of the kind. */
  nativeUid: string | null;
}

export interface JobRequest {
  jobKey: string;
  /** Label of the installation, so that two installations can share a cluster. */
  engineId: string;
  /** Digest of the job's work. A job of the same name with another digest is never adopted. */
  jobDigest: string;
  placement: Placement;
  /** The work and the requested resources. An attempt after an out-of-memory requests more than the spec. */
  order: JobOrder;
}

/**
 * The three answers must be kept apart: a backend that does not answer says neither that a job exists nor that it
 * is absent.
 */
export type Unreachable = { kind: 'unreachable'; reason: string };
export type Absent = { kind: 'absent' };

export type FindAnswer =
  Unreachable | Absent | { kind: 'found'; handle: JobHandle; engineId: string; jobDigest: string };

export type SubmitAnswer =
  | { kind: 'accepted'; handle: JobHandle }
  /** A job of this name exists, or is being created right now: find it. */
  | { kind: 'duplicate' }
  /** The backend will never accept this job. */
  | { kind: 'refused'; reason: string }
  /**
   * The job may have been accepted: wait until the backend must list it, find it, and only then submit again with the same key.
   */
  | { kind: 'unknown'; reason: string };

export type StatusAnswer =
  | Unreachable
  | Absent
  | { kind: 'queued'; reason: string }
  | { kind: 'running' }
  | {
      kind: 'ended';
      /** Null if there is none, because the process was killed or its node is gone. */
      exitCode: number | null;
      /** The backend's own reason; null if only the exit code is known. */
      class: JobClass | null;
      reason: string;
      /** Null if the backend keeps no record. */
      spend: Spend | null;
    };

/** An unfinished job, as its backend lists it. */
export interface ListedJob {
  handle: JobHandle;
  jobDigest: string;
  state: 'queued' | 'running';
}

export type ListAnswer = Unreachable | { kind: 'listed'; jobs: ListedJob[] };

/** An engine that runs jobs. It must not retry a job by itself: one native job is one attempt. */
export interface JobBackend {
  /** Longest time after a submit in which `find` may not see the job yet; less than 10 s. */
  readonly listedWithinMs: number;
  /** Shortest interval at which `status` may be called for one job. */
  readonly pollMs: number;
  find(jobKey: string): Promise<FindAnswer>;
  /**
   * Lists all unfinished jobs of this engine, including jobs without a row. Must fail rather than return a partial
   * list.
   */
  list(engineId: string): Promise<ListAnswer>;
  submit(request: JobRequest): Promise<SubmitAnswer>;
  status(handle: JobHandle): Promise<StatusAnswer>;
  /**
   * Ask the job to stop (TERM), or kill it (KILL). The job has ended only when `status` says so. Succeeds for
   * absent jobs.
   */
  cancel(handle: JobHandle, how: { kill: boolean }): Promise<void>;
  /** The last `bytes` of the job's output; empty if there is no log. */
  logTail(handle: JobHandle, bytes: number): Promise<string>;
}
