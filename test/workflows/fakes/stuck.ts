import { CancellationScope, condition, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import { TaskQueue } from '../../../contracts/task-queues.js';

export { approval } from '../../../workflows/approval/approval.js';
export { lifecycle } from '../../../workflows/lifecycle/lifecycle.js';
export { release } from '../../../workflows/release/release.js';
export { trainingJob } from '../../../workflows/training-job/training-job.js';

/** The child of a lifecycle: it ignores every cancel. */
export async function dataPipeline(): Promise<void> {
  await CancellationScope.nonCancellable(() => condition(() => false));
}

/** A workflow with a fault in its code. */
export async function faulty(): Promise<void> {
  await Promise.resolve();
  throw new TypeError("Cannot read properties of undefined (reading 'rows')");
}

const { unlucky } = proxyActivities<{ unlucky(): Promise<string> }>({
  taskQueue: TaskQueue.data,
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 hour' },
});

const { nobodys } = proxyActivities<{ nobodys(): Promise<string> }>({
  taskQueue: 'a-pool-without-workers',
  startToCloseTimeout: '10 seconds',
});

/** A workflow whose activity no worker takes. */
export const unheard = async (): Promise<string> => nobodys();

/** A workflow whose activity fails and is tried again an hour later. */
export async function waiting(): Promise<string> {
  setCurrentDetails('its own details');
  const answer = await unlucky();
  setCurrentDetails('its own details, later');
  return answer;
}
