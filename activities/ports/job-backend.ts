import type { JobClass, Spend } from '../../contracts/training.js';
import type { Placement } from '../../contracts/spec/training.js';
import type { JobOrder } from './job-order.js';

/** A job as its backend knows it. A native id alone proves nothing: backends give one out twice. */
export interface JobHandle {
  jobKey: string;
  nativeId: string;
  /** What tells two jobs with one native id apart (start time, uid); null where there is nothing. */
  nativeUid: string | null;
}

export interface JobRequest {
  jobKey: string;
  /** Label of the installation, so that two of them can share a cluster. */
  engineId: string;
  /** What the job does; a job of the same name that does something else is never adopted. */
  jobDigest: string;
  placement: Placement;
  /** What it runs and what it asks for; an attempt after an out-of-memory asks for more than the spec. */
  order: JobOrder;
}

/** Three different answers: a backend that cannot say is neither one that knows nothing nor one that knows. */
export type Unreachable = { kind: 'unreachable'; reason: string };
export type Absent = { kind: 'absent' };

export type FindAnswer =
  Unreachable | Absent | { kind: 'found'; handle: JobHandle; engineId: string; jobDigest: string };

export type SubmitAnswer =
  | { kind: 'accepted'; handle: JobHandle }
  /** A job of this name is there, or is being made right now: find it. */
  | { kind: 'duplicate' }
  /** The backend will never take this job. */
  | { kind: 'refused'; reason: string }
  /** It may have been taken: wait for the settling time, find, and only then repeat with the same key. */
  | { kind: 'unknown'; reason: string };

export type StatusAnswer =
  | Unreachable
  | Absent
  | { kind: 'queued'; reason: string }
  | { kind: 'running' }
  | {
      kind: 'ended';
      /** Null when the backend has none: the process was killed, or its node is gone. */
      exitCode: number | null;
      /** The backend's own word for why; null when only the exit code speaks. */
      class: JobClass | null;
      reason: string;
      /** Null when the backend keeps no record. */
      spend: Spend | null;
    };

/** A job that is not over, as its backend lists it. */
export interface ListedJob {
  handle: JobHandle;
  jobDigest: string;
  state: 'queued' | 'running';
}

export type ListAnswer = Unreachable | { kind: 'listed'; jobs: ListedJob[] };

/** One engine that runs jobs. Never retries a job by itself: one native job is one attempt. */
export interface JobBackend {
  /** How long after a submit a job may still be invisible to `find`; less than 10 s. */
  readonly settlingMs: number;
  /** How often `status` may be asked for one job. */
  readonly pollMs: number;
  find(jobKey: string): Promise<FindAnswer>;
  /** Every job with this label that is not over, also those that no row knows. A part of them is not an answer. */
  list(engineId: string): Promise<ListAnswer>;
  submit(request: JobRequest): Promise<SubmitAnswer>;
  status(handle: JobHandle): Promise<StatusAnswer>;
  /** Ask the job to stop (TERM), or stop it (KILL). Not done until `status` says so. Absent jobs are fine. */
  cancel(handle: JobHandle, how: { kill: boolean }): Promise<void>;
  /** The last `bytes` of what the job printed; empty when there is no log. */
  logTail(handle: JobHandle, bytes: number): Promise<string>;
}
