import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
  WithStartWorkflowOperation,
} from '@temporalio/client';
import { parseOrFail } from '../../contracts/failures.js';
import { monitorId, retrainingId, retrainingScheduleId } from '../../contracts/ids.js';
import { LoopInput, MonitorInput, retarget } from '../../contracts/monitor.js';
import { RetrainingInput, configureRetraining } from '../../contracts/retraining.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { TaskQueue } from '../../contracts/task-queues.js';

/** A tick that was missed is made up for within this; an older one is dropped: the next is near enough. */
const CATCH_UP = '1 day';

/**
 * Make sure that a promoted version is watched and retrained: the controller knows its spec, the monitor watches it, and the
 * schedule ticks as the spec says. Whatever exists is redirected, whatever is missing is started.
 *
 * Idempotent by (model, run): the controller's update carries the run as its id, the monitor ignores the version that it
 * has, and the schedule is set to a state. Short: no heartbeat.
 *
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeEnsureLoop({ client }: { client: Pick<Client, 'workflow' | 'schedule'> }) {
  return async function ensureLoop(input: LoopInput): Promise<void> {
    const loop = parseOrFail(LoopInput, input);
    // The controller first: the monitor talks to it.
    await ensureController(client, loop);
    await ensureMonitor(client, loop);
    await ensureSchedule(client, loop);
  };
}

async function ensureController(
  client: Pick<Client, 'workflow'>,
  { model, run, specDigest, target: { version }, retraining, firstWindow }: LoopInput,
): Promise<void> {
  const startWorkflowOperation = new WithStartWorkflowOperation('retraining', {
    workflowId: retrainingId(model),
    taskQueue: TaskQueue.control,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [
      RetrainingInput.parse({ model, specDigest, spec: retraining, champion: version, now: firstWindow }),
    ],
    staticSummary: `Retraining of ${model}`,
  });
  await client.workflow.executeUpdateWithStart(configureRetraining.name, {
    startWorkflowOperation,
    updateId: `configure/${run}`,
    args: [{ specDigest, spec: retraining, version }],
  });
}

async function ensureMonitor(
  client: Pick<Client, 'workflow'>,
  { model, target, monitoring, retraining, firstWindow }: LoopInput,
): Promise<void> {
  await client.workflow.signalWithStart('monitor', {
    workflowId: monitorId(model),
    taskQueue: TaskQueue.control,
    args: [MonitorInput.parse({ model, target, monitoring, retraining, nextWindow: firstWindow })],
    signal: retarget.name,
    signalArgs: [{ target, monitoring, retraining }],
    staticSummary: `Monitor of ${model}`,
  });
}

async function ensureSchedule(
  client: Pick<Client, 'schedule'>,
  { model, retraining }: LoopInput,
): Promise<void> {
  const scheduleId = retrainingScheduleId(model);
  const handle = client.schedule.getHandle(scheduleId);
  const { schedule } = retraining.triggers;
  if (!schedule) {
    await handle.delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const wanted = {
    spec: { intervals: [{ every: durationMs(schedule.every) }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'scheduledTrigger',
      // The server appends the time of each tick.
      workflowId: scheduleId,
      taskQueue: TaskQueue.control,
      args: [{ model }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  try {
    await client.schedule.create({ scheduleId, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // A pause that an operator has set stays.
    await handle.update((previous) => ({ ...wanted, state: previous.state }));
  }
}
