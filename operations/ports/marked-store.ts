import type { StoreMark, StoreName } from '../../contracts/store-ages.js';

/** A store that holds a mark. */
export interface MarkedStore {
  name: StoreName;
  /** Undefined if the store has no mark. */
  read: () => Promise<StoreMark | undefined>;
  write: (mark: StoreMark) => Promise<void>;
}
