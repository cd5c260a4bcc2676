import type { Client } from '@temporalio/client';

/**
 * Lets workflows that this client starts skip the time that they wait for: the server moves their clock on whenever nothing
 * but a timer is pending. The SDK has no option for it yet, the server has (`frontend.WorkflowTimeSkippingEnabled`).
 *
 * Each workflow has a clock of its own, children too; a running activity takes the time that it takes.
 *
 * @param maxSkips after so many skips the workflow waits in real time: what ends a workflow that lives for ever
 */
export function skipTime(client: Client, maxSkips: number): void {
  const service = client.connection.workflowService;
  const timeSkippingConfig = { enabled: true, maxSessionSkipCount: maxSkips };
  const start = service.startWorkflowExecution.bind(service);
  service.startWorkflowExecution = ((request: object) =>
    start({ ...request, timeSkippingConfig })) as typeof service.startWorkflowExecution;
}
