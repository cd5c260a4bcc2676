import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import { parseOrFail } from '../contracts/failures.js';
import { retrainingId } from '../contracts/ids.js';
import { ScheduledTriggerInput, trigger } from '../contracts/retraining.js';

/** What a Temporal Schedule starts: it says that it is time. The controller decides. */
export async function scheduledTrigger(raw: ScheduledTriggerInput): Promise<void> {
  const { model } = parseOrFail(ScheduledTriggerInput, raw);
  const startedAt = workflowInfo().startTime.toISOString();
  await getExternalWorkflowHandle(retrainingId(model)).signal(trigger, {
    id: `schedule/${startedAt}`,
    kind: 'schedule',
    at: null,
    detail: `schedule of ${startedAt}`,
  });
}
