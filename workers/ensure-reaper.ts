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
 * Make sure that the reaper looks as often as the configuration says. Safe when several workers start at once; a pause that
 * an operator has set stays.
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
      // The server appends the time of each look.
      workflowId: REAPER_SCHEDULE,
      taskQueue: TaskQueue.control,
      args: [ReaperInput.parse(times)],
      workflowExecutionTimeout: '1 hour',
      staticSummary: 'Jobs that nobody waits for',
    },
    // A look that was missed is worth nothing: the next one sees the same.
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
