import { z } from 'zod';

export const JobState = z.enum([
  'intended',
  'submitting',
  'submitted',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
]);
export type JobState = z.infer<typeof JobState>;

/** The states in which an attempt is over. `lost` is presumed: a result that is found later makes it `succeeded`. */
export const TERMINAL_JOB_STATES: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'lost'];

export const isTerminal = (state: JobState): boolean => TERMINAL_JOB_STATES.includes(state);
