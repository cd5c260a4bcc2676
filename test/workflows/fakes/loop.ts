import { condition, defineSignal, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { retrainingId } from '../../../contracts/ids.js';
import { type LifecycleInput, lifecycleEnded } from '../../../contracts/lifecycle.js';

export { monitor } from '../../../workflows/monitor.js';
export { retraining } from '../../../workflows/retraining.js';
export { scheduledTrigger } from '../../../workflows/scheduled-trigger.js';

export const finish = defineSignal('finish');

/** A lifecycle that lasts until it is told to end, or ends at once for models called `quick-…`. */
export async function lifecycle(input: LifecycleInput): Promise<LifecycleInput> {
  let done = input.model.startsWith('quick-');
  setHandler(finish, () => {
    done = true;
  });
  await condition(() => done);
  await getExternalWorkflowHandle(retrainingId(input.model)).signal(lifecycleEnded, {
    run: input.run,
    outcome: 'refused',
    reason: 'fake',
  });
  return input;
}
