import type { Client, WorkflowHandle } from '@temporalio/client';

/** The used part of the service's methods. The SDK has no option for time skipping yet. */
interface Service {
  startWorkflowExecution(request: object): Promise<unknown>;
  pollWorkflowExecutionTimeSkipping(request: object): Promise<unknown>;
}
const serviceOf = (client: Client) => client.connection.workflowService as unknown as Service;

async function startingWith<T>(
  client: Client,
  timeSkippingConfig: object,
  work: () => Promise<T>,
): Promise<T> {
  const service = serviceOf(client);
  const original = service.startWorkflowExecution;
  service.startWorkflowExecution = (request) => original.call(service, { ...request, timeSkippingConfig });
  try {
    return await work();
  } finally {
    service.startWorkflowExecution = original;
  }
}

/**
 * Workflows that `work` starts with this client skip their timers: days pass in milliseconds. The server must run
 * with `frontend.WorkflowTimeSkippingEnabled=true`. Clocks of parent and child diverge; running activities take
 * real time.
 *
 * @param maxSkips after this many skips the workflow waits in real time, which stops a workflow that never ends
 */
export const skippingTime = <T>(
  client: Client,
  work: () => Promise<T>,
  { maxSkips = 1_000 }: { maxSkips?: number } = {},
): Promise<T> => startingWith(client, { enabled: true, maxSessionSkipCount: maxSkips }, work);

/** Start a workflow, skip `ms` of its time at once, and leave it running there. */
export async function fastForward<H extends WorkflowHandle>(
  client: Client,
  ms: number,
  start: () => Promise<H>,
): Promise<H> {
  const id = 'fast-forward';
  const config = {
    enabled: true,
    maxSessionSkipCount: 1_000,
    fastForwardConfig: { id, duration: { seconds: Math.round(ms / 1_000) } },
  };
  const handle = await startingWith(client, config, start);
  await serviceOf(client).pollWorkflowExecutionTimeSkipping({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    fastForwardId: id,
  });
  return handle;
}
