import type { Spend } from '../../contracts/training.js';

/** The wrapper's last word: what the trainer came to. */
export interface Ended {
  /** Exit code of the wrapper: the trainer's, or its own of trainer/v1. */
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
    /** Another machine of the same job ended badly. */
    | 'peer'
    | 'outOfMemory';
  /** What output/failure says, or why the wrapper ended it; empty when there is nothing to say. */
  reason: string;
}

/** What the wrapper leaves as `exit.<pid>.json` in its folder. */
export interface ExitRecord {
  ended: Ended;
  usage: Spend;
  /** RFC 3339 */
  at: string;
}
