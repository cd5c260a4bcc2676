import type { Spend } from '../../contracts/training.js';

/** The end of an attempt, as its wrapper states it. */
export interface Ended {
  /** Exit code of the wrapper: the trainer's own, or one of trainer/v1. */
  code: number;
  cause:
    | 'trainer'
    | 'contract'
    | 'signalled'
    | 'deadline'
    | 'fenced'
    | 'cancelled'
    | 'lease'
    | 'setup'
    /** Another machine of the same job failed. */
    | 'peer'
    | 'outOfMemory';
  /** The text of output/failure, or the reason why the wrapper ended the trainer; empty if there is none. */
  reason: string;
}

/** The content of `exit.<pid>.json`, which the wrapper leaves in its folder. */
export interface ExitRecord {
  ended: Ended;
  usage: Spend;
  /** RFC 3339 */
  at: string;
}
