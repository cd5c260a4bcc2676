import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { lifecycleId } from '../../contracts/ids.js';
import { type CancelRequest, cancelLifecycle } from '../../contracts/lifecycle.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { type RunName, findRun, showRun } from './find-run.js';
import { updateWithin } from './update.js';

/**
 * Stop a lifecycle: its jobs are stopped, a canary is rolled back, the run ends as cancelled with the reason.
 *
 * @throws MainspringError `refused` when it is over or being cancelled, `unreachable` when no worker answers
 */
export async function cancel(services: Services, text: string, request: CancelRequest): Promise<RunName> {
  const name = await findRun(services, text);
  const temporal = await services.temporal();
  const handle = temporal.client.workflow.getHandle(lifecycleId(name.model, name.run));
  try {
    await updateWithin(temporal, handle, cancelLifecycle, request);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new MainspringError('refused', error.cause?.message ?? error.message, '');
    if (error instanceof WorkflowNotFoundError)
      throw new MainspringError(
        'refused',
        `run ${showRun(name)} is over: there is nothing to cancel`,
        `See how it ended with \`mainspring status ${showRun(name)}\`.`,
      );
    throw error;
  }
  return name;
}
