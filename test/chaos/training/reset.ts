import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/**
 * Reset an open training job or study to an earlier point of its history, as an operator would in the Web UI.
 *
 * @param at selects the workflow and the point: 0–1
 * @returns the workflow that was reset; undefined if there was none
 */
export async function resetOne(client: Client, at: number): Promise<string | undefined> {
  const open: { workflowId: string; runId: string }[] = [];
  const query = "ExecutionStatus = 'Running' AND WorkflowType IN ('trainingJob', 'study')";
  for await (const { workflowId, runId } of client.workflow.list({ query })) open.push({ workflowId, runId });
  const chosen = open[Math.floor(at * open.length)];
  if (!chosen) return undefined;
  const { events } = await client.workflow.getHandle(chosen.workflowId, chosen.runId).fetchHistory();
  const points = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const point = points[Math.floor(((at * 7) % 1) * points.length)];
  if (!point) return undefined;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: chosen,
    reason: 'chaos',
    requestId: randomUUID(),
    workflowTaskFinishEventId: point.eventId ?? null,
  });
  return `${chosen.workflowId} from event ${String(point.eventId)}`;
}
