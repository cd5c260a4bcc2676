import type { AccountFigures, Amount, Limits, Parked } from '../../contracts/budget.js';
import type { Budget, Resources } from '../../contracts/spec/training.js';
import type { ApprovalState } from '../../contracts/approval.js';
import type { JobRow, NewJob } from './job-store.js';

/** What an attempt asks for before it may be dispatched. */
export interface Demand {
  budget: Budget | undefined;
  resources: Resources;
  /** Whose share of a pool it counts for; the model's own when left out. */
  team?: string | undefined;
  /** 1–5, 3 when left out. */
  priority?: number | undefined;
  /** The longest that it can hold its resources, from now to the moment when the engine has killed it. */
  longestMs: number;
  /** Workflow that is told to ask again when it may go on; asked only of a job that is parked. */
  waiter: () => string;
}

export type Admission = { kind: 'admitted'; row: JobRow } | { kind: 'parked'; parked: Parked };

/** An account that is used up, with what waits for it. */
export interface Shortage {
  figures: AccountFigures;
  /** The limits to ask for. */
  proposed: Limits;
  waiting: number;
  wanted: Amount;
}

/** What jobs cost, and who may begin. Append-only: entries are never changed. */
export interface Ledger {
  /**
   * In one transaction: take what the attempt can cost at most out of each of its accounts, and write its row `intended`.
   * Idempotent by job key. An attempt that does not fit is parked: nothing is written but that it waits.
   *
   * @throws ApplicationFailure `BudgetNotConfigured`, `BudgetExhausted`, `JobConflict`
   */
  admit(job: NewJob, demand: Demand): Promise<Admission>;
  /** Accelerators of this machine that the attempt was given, by number; null where none are handed out. */
  devicesOf(jobKey: string): Promise<number[] | null>;
  /** The intent waits no more. */
  leave(intent: string): Promise<void>;
  /** The workflow is gone, and with it all its jobs that wait. */
  leaveAll(waiter: string): Promise<void>;
  /** Workflows with a parked job that could be admitted now, those first that come first. A hint: `admit` decides. */
  ready(): Promise<string[]>;
  /** Workflows with a job that is parked on an account. */
  waiting(account: string): Promise<string[]>;
  /** Undefined when the limits of that generation are not those of now, or what waits fits by now. */
  shortage(account: string, generation: number): Promise<Shortage | undefined>;
  /** Record that people are asked. Idempotent by (account, generation). @returns how often they were, lapsed ones included */
  openRequest(account: string, generation: number, proposed: Limits): Promise<number>;
  /** Record what they decided; an approval sets the proposed limits. Idempotent by (account, generation). */
  closeRequest(
    account: string,
    generation: number,
    decision: { status: ApprovalState['status']; by: string; approval: string },
  ): Promise<void>;
}
