import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { SHOWN_AFTER_MS } from '../../../contracts/retrying.js';
import type { OpenWorkflow, PendingActivity, WorkflowFault } from '../../../operations/ports/workflows.js';

type Connected = Pick<Client, 'workflow' | 'connection' | 'options'>;
type Described = Awaited<ReturnType<Client['connection']['workflowService']['describeWorkflowExecution']>>;
type Pending = Described['pendingActivities'][number];
type Failure = Pending['lastFailure'];
interface Stamp {
  seconds?: unknown;
  nanos?: number | null;
}

/** Events at the end of a history in which the cause of a fault, or the start of a pending activity, is looked for. */
const LAST_EVENTS = 100;
/** Failed attempts after which a workflow task counts as failing: a single one may be a worker that ended. */
const FAILING_ATTEMPT = 3;
/** PendingActivityState of Temporal's API. */
const [SCHEDULED, STARTED] = [1, 2];

const instant = (stamp: Stamp | null | undefined): string | null =>
  stamp?.seconds === undefined || stamp.seconds === null
    ? null
    : new Date(Number(stamp.seconds) * 1_000 + Math.floor((stamp.nanos ?? 0) / 1e6)).toISOString();

/** The message of the innermost cause, and the type of the outermost failure that has one. */
function reasonOf(failure: Failure): string {
  let at = failure;
  while (at?.cause) at = at.cause;
  const message = at?.message ?? '';
  return message === '' && failure ? 'the attempt ended without a message' : message;
}

const notTaken = (queue: string | null | undefined): string =>
  `no worker of pool ${queue ?? 'unknown'} has taken it: all of them are busy with other work, or none runs`;

/**
 * Reads one open workflow: what it waits for, and what fails. Undefined for a workflow that is closed or unknown.
 *
 * @param waitMs time after which an activity that no worker has taken counts
 */
export async function inspectWorkflow(
  client: Connected,
  workflowId: string,
  waitMs = SHOWN_AFTER_MS,
): Promise<OpenWorkflow | undefined> {
  const { namespace } = client.options;
  const service = client.connection.workflowService;
  let described: Described;
  try {
    described = await service.describeWorkflowExecution({ namespace, execution: { workflowId } });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || (error as { code?: unknown }).code === NOT_FOUND)
      return undefined;
    throw error;
  }
  const { workflowExecutionInfo: info, pendingActivities, pendingChildren, pendingWorkflowTask } = described;
  if (!info || info.closeTime) return undefined;
  const runId = info.execution?.runId ?? '';
  const isFailing = (pendingWorkflowTask?.attempt ?? 0) >= FAILING_ATTEMPT;
  const isFirst = ({ attempt }: Pending): boolean => (attempt ?? 1) === 1;
  // What a worker works on for the first time is no trouble, and what it may take at any moment none yet.
  const isWaiting = ({ state, scheduledTime }: Pending): boolean =>
    Number(state) === SCHEDULED && Date.now() - Date.parse(instant(scheduledTime) ?? '') >= waitMs;
  const held = pendingActivities.filter((each) => !isFirst(each) || isWaiting(each));
  const last =
    isFailing || held.length > 0
      ? (
          await service.getWorkflowExecutionHistoryReverse({
            namespace,
            execution: { workflowId, runId },
            maximumPageSize: LAST_EVENTS,
          })
        ).history?.events
      : undefined;
  const fault = (): WorkflowFault | null => {
    if (!isFailing) return null;
    const failed = last?.find(
      (event) => event.workflowTaskFailedEventAttributes,
    )?.workflowTaskFailedEventAttributes;
    return {
      attempt: pendingWorkflowTask?.attempt ?? 0,
      reason: reasonOf(failed?.failure) || 'its workers do not answer in time',
      since: instant(pendingWorkflowTask?.originalScheduledTime),
    };
  };
  const scheduleOf = (activityId: string) =>
    last?.find((event) => event.activityTaskScheduledEventAttributes?.activityId === activityId);
  const activities = held.map((pending): PendingActivity => {
    const activityId = pending.activityId ?? '';
    const schedule = scheduleOf(activityId);
    const queue = schedule?.activityTaskScheduledEventAttributes?.taskQueue?.name;
    return {
      id: activityId,
      type: pending.activityType?.name ?? '',
      attempt: pending.attempt ?? 1,
      maximumAttempts: pending.maximumAttempts ?? 0,
      since: instant(schedule?.eventTime ?? (isFirst(pending) ? pending.scheduledTime : null)),
      next:
        Number(pending.state) === STARTED || isFirst(pending)
          ? null
          : instant(pending.nextAttemptScheduleTime ?? pending.scheduledTime),
      reason: isFirst(pending) ? notTaken(queue) : reasonOf(pending.lastFailure),
    };
  });
  return {
    id: workflowId,
    type: info.type?.name ?? '',
    parent: info.parentExecution?.workflowId ?? null,
    children: pendingChildren.map((child) => child.workflowId ?? ''),
    activities,
    fault: fault(),
  };
}

/** Code of gRPC. */
const NOT_FOUND = 5;
