import type { AccountFigures, Amount, Limits, Parked } from '../../contracts/budget.js';
import type { Budget, Resources } from '../../contracts/spec/training.js';
import type { ApprovalState } from '../../contracts/approval.js';
import type { JobRow, NewJob } from './job-row.js';

/** The resources that an attempt requests before it may be dispatched. */
export interface Demand {
  budget: Budget | undefined;
  resources: Resources;
  /** The team whose share of a pool the job uses. Default: the model. */
  team?: string | undefined;
  /** Priority from 1 to 5. Default: 3. */
  priority?: number | undefined;
  /** Longest time for which it can hold its resources, from now until the engine has killed it. */
  longestMs: number;
  /** The workflow to notify when the job may go on; called only for a parked job. */
  waiter: () => string;
}

export type Admission = { kind: 'admitted'; row: JobRow } | { kind: 'parked'; parked: Parked };

/** An exhausted account, with the jobs that wait for it. */
export interface Shortage {
  figures: AccountFigures;
  /** The limits to ask people for. */
  proposed: Limits;
  waiting: number;
  wanted: Amount;
}

/** The cost of jobs, and the admission of new ones. Append-only: entries are never changed. */
export interface Ledger {
  /**
   * Reserve the most that the attempt can cost in each of its accounts, and write its row `intended`, in one
   * transaction. Idempotent by job key. If the attempt does not fit, it is parked: only its place in the queue is
   * recorded.
   *
   * @throws MainspringFailure `BudgetNotConfigured`, `BudgetExhausted`, `JobConflict`
   */
  admit(job: NewJob, demand: Demand): Promise<Admission>;
  /** Numbers of this machine's accelerators that the attempt was given; null if the backend assigns them. */
  devicesOf(jobKey: string): Promise<number[] | null>;
  /** Remove the intent from the queue. */
  leave(intent: string): Promise<void>;
  /** Remove all jobs of a workflow that no longer exists from the queue. */
  leaveAll(waiter: string): Promise<void>;
  /** Workflows with a parked job that could be admitted now, in order. This is a hint: `admit` decides. */
  ready(): Promise<string[]>;
  /** Workflows with a job that is parked because of an account. */
  waiting(account: string): Promise<string[]>;
  /**
   * Returns what is missing, or undefined if nothing is: the limits changed since `generation`, or the waiting jobs
   * fit now.
   */
  shortage(account: string, generation: number): Promise<Shortage | undefined>;
  /**
   * Record that people are asked. Idempotent by (account, generation).
   *
   * @returns number of requests so far, including lapsed ones
   */
  openRequest(account: string, generation: number, proposed: Limits): Promise<number>;
  /** Record the decision; an approval sets the proposed limits. Idempotent by (account, generation). */
  closeRequest(
    account: string,
    generation: number,
    decision: { status: ApprovalState['status']; by: string; approval: string },
  ): Promise<void>;
}
