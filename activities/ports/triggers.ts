import type { TriggerRecord } from '../../contracts/retraining.js';

/** Every trigger that a retraining controller answered, fired or refused. */
export interface TriggerStore {
  /** Idempotent by (model, id): the first record stays. */
  record(model: string, record: TriggerRecord): Promise<void>;
  /** Newest first. */
  newest(model: string, limit: number): Promise<TriggerRecord[]>;
}
