import type { TriggerRecord } from '../../contracts/retraining.js';

/** All triggers that a retraining controller answered, whether they started a run or not. */
export interface TriggerStore {
  /** Idempotent by (model, id): the first record is kept. */
  record(model: string, record: TriggerRecord): Promise<void>;
  /** Newest first. */
  newest(model: string, limit: number): Promise<TriggerRecord[]>;
}
