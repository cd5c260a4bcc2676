import type { JobView } from '../../contracts/training.js';
import type { JobRow, NewJob } from './job-row.js';
import type { Ledger } from './ledger.js';

/** The part of a row that a transition may change. */
export type JobChange = Partial<Omit<JobRow, keyof NewJob | 'version' | 'createdAt'>> & {
  /**
   * True when the spend was estimated from beats because the backend keeps no record. Default: false. The ledger
   * entry is marked likewise.
   */
  estimated?: boolean;
};

export interface JobStore {
  /** The ledger of the same database: a row and its reservation are written together. */
  readonly ledger: Ledger;
  /**
   * Write the row in state `intended`; a repeated key returns the first row.
   *
   * @throws MainspringFailure `JobConflict` if another attempt of the intent is in a non-final state
   */
  insert(job: NewJob): Promise<JobRow>;
  get(jobKey: string): Promise<JobRow | undefined>;
  /** The highest attempt of an intent. */
  last(intent: string): Promise<JobRow | undefined>;
  /**
   * Change the row if it still has `version`, else return undefined. A change that ends the attempt also settles
   * its reservation, in the same transaction.
   */
  update(jobKey: string, version: number, change: JobChange): Promise<JobRow | undefined>;
  /** Newest first. */
  list(filter: { model?: string; run?: string; live?: boolean; limit: number }): Promise<JobView[]>;
}
