import type { RunOutcome } from '../../contracts/registry.js';

/** A stage that ends the lifecycle by a decision: refused, rejected, expired or rolled back. Not a failure. */
export interface Ended {
  outcome: RunOutcome;
  reason: string;
}
