import { type EndedAs, endedBy } from '../../contracts/ended-by.js';
import { lifecycleId } from '../../contracts/ids.js';
import { type CancelRequest, cancelLifecycle, failLifecycle } from '../../contracts/lifecycle.js';
import { MainspringError } from '../errors.js';
import { type RunName, showRun } from '../lookup/find-run.js';
import { workflowsOf } from '../lookup/troubles.js';
import type { Services } from '../ports/services.js';
import { UpdateRefused, WorkflowGone } from '../ports/workflows.js';
import { refusedUpdate } from '../refused-update.js';

const UPDATE = { cancelled: cancelLifecycle, failed: failLifecycle } as const;

/**
 * End a run, whatever it waits for. Its workflow is asked first, and ends within a minute: its jobs are stopped, a canary is
 * rolled back. Workflows of the run whose code fails cannot answer, so they are terminated. If no worker answers at all, the
 * lifecycle is terminated too: what it started is asked to end, and does so when workers are back.
 *
 * @throws MainspringError `refused` if the run is over, or is being ended already
 */
export async function endRun(
  services: Services,
  name: RunName,
  outcome: EndedAs,
  request: CancelRequest,
): Promise<void> {
  const id = lifecycleId(name.model, name.run);
  const workflows = await services.workflows();
  const reason = endedBy(outcome, request);
  const faulty = (await workflowsOf(services, name)).filter(({ fault }) => fault !== null);
  try {
    if (faulty.some((workflow) => workflow.id === id)) await terminateRun(services, name, outcome, reason);
    else
      await workflows.update(id, UPDATE[outcome], request).catch(async (error: unknown) => {
        if (!(error instanceof MainspringError && error.kind === 'unreachable')) throw error;
        await terminateRun(services, name, outcome, reason);
      });
  } catch (error) {
    if (error instanceof UpdateRefused)
      throw refusedUpdate(
        error.message,
        error,
        `Wait: it ends within a minute, as the first request says. Follow it with \`mainspring watch ${showRun(name)}\`.`,
      );
    if (error instanceof WorkflowGone)
      throw new MainspringError(
        'refused',
        `run ${showRun(name)} is over: there is nothing to end`,
        `See how it ended with \`mainspring status ${showRun(name)}\`.`,
      );
    throw error;
  }
  for (const workflow of faulty)
    if (workflow.id !== id)
      await workflows.terminate(workflow.id, reason).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
}

/** Terminates a lifecycle that cannot answer. Its outcome is recorded here, or by the reaper if the database is away. */
async function terminateRun(
  services: Services,
  { model, run }: RunName,
  outcome: EndedAs,
  reason: string,
): Promise<void> {
  const workflows = await services.workflows();
  await workflows.terminate(lifecycleId(model, run), reason);
  try {
    const { registry } = await services.records();
    await registry.closeRun({ model, run, outcome, reason: `${reason} (its workflow did not answer)` });
  } catch {
    // The run has ended. Only its record is missing.
  }
}
