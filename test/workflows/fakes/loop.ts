import { condition, defineSignal, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { retrainingId } from '../../../contracts/ids.js';
import { type LifecycleInput, lifecycleEnded } from '../../../contracts/lifecycle.js';
import { forTemporal } from '../../../workflows/for-temporal.js';

export { monitor } from '../../../workflows/monitor/monitor.js';
export { retraining } from '../../../workflows/retraining/retraining.js';
export { scheduledTrigger } from '../../../workflows/scheduled-trigger/scheduled-trigger.js';

export const finish = defineSignal('finish');

/** A lifecycle that lasts until the test ends it. For models called `quick-…` it ends at once. */
export async function lifecycle(input: LifecycleInput): Promise<LifecycleInput> {
  let done = input.model.startsWith('quick-');
  setHandler(finish, () => {
    done = true;
  });
  await condition(() => done);
  await getExternalWorkflowHandle(retrainingId(input.model)).signal(forTemporal(lifecycleEnded), {
    run: input.run,
    outcome: 'refused',
    reason: 'fake',
  });
  return input;
}
