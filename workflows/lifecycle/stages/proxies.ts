import { proxyActivities } from '@temporalio/workflow';
import type { RegistryActivities } from '../../../activities/registry/index.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import { recordAfterCancel } from '../../after-cancel.js';

/** Records in Postgres. Twenty minutes of retries: a restart of the database delays a run but does not fail it. */
export const record = proxyActivities<RegistryActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '15 seconds', maximumAttempts: 80 },
});

/** Records of a run that is cancelled: it ends in a minute, also if the database is away. */
export const afterCancel = proxyActivities<Pick<RegistryActivities, 'closeRun'>>(
  recordAfterCancel(TaskQueue.control),
);

/** The result of a stage, with the sentence that people see. */
export interface StageResult<T> {
  value: T;
  note: string;
}
