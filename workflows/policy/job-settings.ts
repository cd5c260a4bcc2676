import { durationMs } from '../../contracts/primitives/duration.js';
import type { Training } from '../../contracts/spec/training.js';
import type { TrainingJobInput } from '../../contracts/training.js';

/**
 * The part of a job's input that the spec alone decides, the same for each trial and for the final fit.
 *
 * @param nowMs start of the job, from which its deadline counts
 */
export const jobSettings = (
  { resources, placement, budget, team, priority, retries, seed, deadline }: Training,
  nowMs: number,
): Pick<
  TrainingJobInput,
  'resources' | 'placement' | 'budget' | 'team' | 'priority' | 'retries' | 'seed' | 'deadline'
> => ({
  ...{ resources, placement, budget, team, priority, retries, seed },
  deadline: new Date(nowMs + durationMs(deadline)).toISOString(),
});
