import type { RunOutcome } from '../../../contracts/registry.js';

/**
 * The outcome of a stage that ended the lifecycle by a decision: refused, rejected, expired or rolled back. This is
 * not a failure.
 */
export interface Ended {
  outcome: RunOutcome;
  reason: string;
}
