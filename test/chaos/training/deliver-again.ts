import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** Time for a second delivery to do harm. A watch is cancelled afterwards, as when its worker stops. */
const PATIENCE_MS = 3_000;
const quiet = new DefaultLogger('ERROR');

type Activities = Record<string, (input: never) => Promise<unknown>>;

/** Activities of the training pool in a job's history, in order, with their input. */
async function deliveries(client: Client, workflowId: string): Promise<{ name: string; input: unknown }[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const name = scheduled?.activityType?.name;
    const payload = scheduled?.input?.payloads?.[0];
    return name && payload ? [{ name, input: defaultPayloadConverter.fromPayload(payload) }] : [];
  });
}

/**
 * Deliver an activity of an open training job once more, in another process and with the same input, beside the
 * worker that has or had it.
 *
 * @returns the name of the activity; undefined if there was none
 */
export async function deliverAgain(
  client: Client,
  activities: Activities,
  at: number,
): Promise<string | undefined> {
  const open: string[] = [];
  const query = "ExecutionStatus = 'Running' AND WorkflowType = 'trainingJob'";
  for await (const { workflowId } of client.workflow.list({ query })) open.push(workflowId);
  const workflowId = open[Math.floor(at * open.length)];
  if (workflowId === undefined) return undefined;
  const known = (await deliveries(client, workflowId)).filter(({ name }) => activities[name]);
  const chosen = known[Math.floor(((at * 7) % 1) * known.length)];
  const activity = chosen && activities[chosen.name];
  if (!activity) return undefined;
  const environment = new MockActivityEnvironment({}, { logger: quiet, client });
  const leaving = setTimeout(() => environment.cancel('WORKER_SHUTDOWN'), PATIENCE_MS);
  // It may fail like any delivery: a store is away, or another delivery was first.
  await environment.run(activity, chosen.input as never).catch(() => undefined);
  clearTimeout(leaving);
  return `${chosen.name} of ${workflowId}`;
}
