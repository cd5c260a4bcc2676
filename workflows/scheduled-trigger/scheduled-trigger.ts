import { getExternalWorkflowHandle, isCancellation, workflowInfo } from '@temporalio/workflow';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { retrainingId } from '../../contracts/ids.js';
import { ScheduledTriggerInput, trigger } from '../../contracts/retraining.js';
import { forTemporal } from '../for-temporal.js';

/**
 * Started by a Temporal Schedule: sends a trigger to the retraining controller, which decides.
 *
 * @throws MainspringFailure `NotFound` if the model has no controller
 */
export async function scheduledTrigger(raw: ScheduledTriggerInput): Promise<void> {
  const { model } = parseOrFail(ScheduledTriggerInput, raw);
  const startedAt = workflowInfo().startTime.toISOString();
  const controller = getExternalWorkflowHandle(retrainingId(model));
  const reason = {
    id: `schedule/${startedAt}`,
    kind: 'schedule',
    at: null,
    detail: `schedule of ${startedAt}`,
  } as const;
  await controller.signal(forTemporal(trigger), reason).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    throw fail(FailureType.NotFound, `model "${model}" has no retraining controller`, {
      remedy:
        'The promotion of a version starts it. Delete the schedule if the model is not served any more.',
    });
  });
}
