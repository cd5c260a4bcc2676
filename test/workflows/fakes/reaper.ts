import { condition } from '@temporalio/workflow';

export { reaper } from '../../../workflows/reaper.js';

/** The owner of a job that does nothing but be open. */
export async function trainingJob(): Promise<void> {
  await condition(() => false);
}
