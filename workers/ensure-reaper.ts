import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { REAPER_SCHEDULE, ReaperInput } from '../contracts/reaper.js';
import { TaskQueue } from '../contracts/task-queues.js';
import type { Config } from '../infra/config.js';

/**
 * Create or update the reaper's schedule from the configuration. Safe when several workers start at once. If an
 * operator paused the schedule, it stays paused.
 */
export async function ensureReaper(
  client: Pick<Client, 'schedule'>,
  { everyMs, ...times }: Config['reaper'],
): Promise<void> {
  const wanted = {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'reaper',
      // The server appends the start time to this id.
      workflowId: REAPER_SCHEDULE,
      taskQueue: TaskQueue.control,
      args: [ReaperInput.parse(times)],
      workflowExecutionTimeout: '1 hour',
      staticSummary: 'Jobs that nobody waits for',
    },
    // A missed pass is not repeated, because the next pass sees the same.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  try {
    await client.schedule.create({ scheduleId: REAPER_SCHEDULE, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule
      .getHandle(REAPER_SCHEDULE)
      .update((previous) => ({ ...wanted, state: previous.state }));
  }
}
