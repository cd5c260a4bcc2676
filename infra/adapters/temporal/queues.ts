import type { Connection } from '@temporalio/client';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { QueueView } from '../../../operations/ports/workflows.js';

/** Types of task queues as the server numbers them. */
const WORKFLOW_QUEUE = 1;
const ACTIVITY_QUEUE = 2;

const milliseconds = (
  at: { seconds?: unknown; nanos?: number | null } | null | undefined,
): number | undefined => (at ? Number(at.seconds ?? 0) * 1_000 + (at.nanos ?? 0) / 1e6 : undefined);

/** The task queues of all pools, as the server sees them. */
export async function describeQueues(connection: Connection, namespace: string): Promise<QueueView[]> {
  const asked = Object.entries(TaskQueue).map(async ([pool, name]): Promise<QueueView> => {
    const { pollers, stats } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType: pool === 'control' ? WORKFLOW_QUEUE : ACTIVITY_QUEUE,
      reportStats: true,
    });
    const polls = (pollers ?? []).flatMap(({ lastAccessTime }) => milliseconds(lastAccessTime) ?? []);
    return {
      pool,
      pollers: (pollers ?? []).length,
      lastPollMs: polls.length === 0 ? null : Math.max(...polls),
      backlog: Number(stats?.approximateBacklogCount ?? 0),
      backlogAgeMs: milliseconds(stats?.approximateBacklogAge) ?? 0,
    };
  });
  return Promise.all(asked);
}
