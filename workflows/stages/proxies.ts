import { ParentClosePolicy, proxyActivities } from '@temporalio/workflow';
import type { RegistryActivities } from '../../activities/registry/index.js';
import { TaskQueue } from '../../contracts/task-queues.js';

/** Records in Postgres. Twenty minutes of retries: a database that restarts delays a run and never ends it. */
export const record = proxyActivities<RegistryActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '15 seconds', maximumAttempts: 80 },
});

/** Children end with their parent, by request: a cancelled lifecycle leaves no job and no canary behind. */
export const child = { taskQueue: TaskQueue.control, parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL };

/** What a stage came to, with the sentence that people see. */
export interface StageResult<T> {
  value: T;
  note: string;
}
