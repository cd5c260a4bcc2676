import { condition } from '@temporalio/workflow';

export { reaper } from '../../../workflows/reaper/reaper.js';

/** An open workflow that owns a job and does nothing. */
export async function trainingJob(): Promise<void> {
  await condition(() => false);
}
