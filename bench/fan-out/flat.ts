import { proxyActivities } from '@temporalio/workflow';
import type { TrainingActivities } from '../../activities/training/index.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput } from '../../contracts/training.js';

const { runJob } = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
});

/** The usual alternative: one activity per trial, all at once, in one history. */
export async function flat(jobs: TrainingJobInput[]): Promise<number> {
  const ran = await Promise.all(jobs.map((job) => runJob({ job, attempt: 1, memoryFactor: 1 })));
  return ran.length;
}
