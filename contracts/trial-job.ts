import { z } from 'zod';
import type { Parked } from './budget.js';
import { Stopped } from './early-stopping.js';
import type { JobAttempt, JobOutcome } from './job-lease.js';
import { DispatchJobInput } from './job-lease.js';
import { StudyName } from './study.js';
import type { Spend } from './training.js';

/** The attempt to begin with. For a trial that was stopped early, the stopped attempt, which is not trained again. */
export const OpenTrialInput = z.object({
  ...StudyName.shape,
  trial: z.int().nonnegative(),
  intent: z.string().min(1),
});
export type OpenTrialInput = z.infer<typeof OpenTrialInput>;
export const OpenedTrial = z.object({ attempt: z.int().positive(), stopped: Stopped.nullable() });
export type OpenedTrial = z.infer<typeof OpenedTrial>;

export const RunJobInput = DispatchJobInput;
export type RunJobInput = z.infer<typeof RunJobInput>;

/**
 * One attempt from dispatch to its end. `overdue` and `stopped` attempts still run: they are cancelled, then
 * collected.
 */
export type RanJob =
  | { end: 'ended' | 'lost'; job: JobAttempt; outcome: JobOutcome }
  /**
   * Its budget or its pool has no room, and nothing was dispatched. Wait for signal `goOn`, or for a while, and run
   * it again.
   */
  | { end: 'parked'; parked: Parked }
  | { end: 'overdue'; job: JobAttempt }
  | { end: 'stopped'; job: JobAttempt; stopped: Stopped };

/** The result of a trial that was stopped early: no model, and no failure. */
export interface StoppedJob {
  intent: string;
  jobKey: string;
  attempt: number;
  stopped: Stopped;
  spend: Spend;
}
