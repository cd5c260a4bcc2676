import type { Client } from '@temporalio/client';

/** What the service method takes; the SDK has no option for time skipping yet. */
interface StartRequest {
  timeSkippingConfig?: { enabled: boolean; maxSessionSkipCount: number };
}
type Service = Record<'startWorkflowExecution', (request: StartRequest) => Promise<unknown>>;

/**
 * Workflows that `work` starts with this client skip their timers: days pass in milliseconds. The server must run with
 * `frontend.WorkflowTimeSkippingEnabled=true`. Clocks of parent and child diverge; running activities take real time.
 */
export async function skippingTime<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const service = client.connection.workflowService as unknown as Service;
  const original = service.startWorkflowExecution;
  service.startWorkflowExecution = (request) =>
    original.call(service, {
      ...request,
      timeSkippingConfig: { enabled: true, maxSessionSkipCount: 1_000 },
    });
  try {
    return await work();
  } finally {
    service.startWorkflowExecution = original;
  }
}
