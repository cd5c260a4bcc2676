import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type Verdict, accepted, hasTrace, refused, serverError, silent } from '../../verdict.js';

/** One argument on the wire. */
export interface Bytes {
  encoding: string;
  data: string;
}

const payloadsOf = (args: readonly Bytes[]) => ({
  payloads: args.map(({ encoding, data }) => ({
    metadata: { encoding: Buffer.from(encoding) },
    data: Buffer.from(data),
  })),
});

/** Longest wait for an answer of a workflow. */
const PATIENCE_MS = 8_000;

/** UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED */
const COMPLETED = 3;

/** gRPC codes by which the server refuses a message: INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION. */
const REFUSALS = new Set<unknown>([3, 5, 9]);

export type MessageKind = 'signal' | 'update' | 'query';

interface Failure {
  message?: string | null;
  cause?: Failure | null;
}
const innermost = ({ message, cause }: Failure): string => (cause ? innermost(cause) : (message ?? ''));

/** Send a message as bytes. A signal has no answer. */
export async function post(
  client: Client,
  workflowId: string,
  { kind, name, args }: { kind: MessageKind; name: string; args: readonly Bytes[] },
): Promise<Verdict> {
  const { namespace } = client.options;
  const service = client.workflowService;
  const workflowExecution = { workflowId };
  const input = payloadsOf(args);
  try {
    return await client.connection.withDeadline(Date.now() + PATIENCE_MS, async () => {
      if (kind === 'signal') {
        await service.signalWorkflowExecution({ namespace, workflowExecution, signalName: name, input });
        return accepted('a signal');
      }
      if (kind === 'query') {
        await service.queryWorkflow({
          namespace,
          execution: workflowExecution,
          query: { queryType: name, queryArgs: input },
        });
        return accepted('a query');
      }
      const { outcome } = await service.updateWorkflowExecution({
        namespace,
        workflowExecution,
        waitPolicy: { lifecycleStage: COMPLETED },
        request: { meta: { updateId: randomUUID(), identity: 'abuse' }, input: { name, args: input } },
      });
      if (!outcome?.failure) return accepted('an update');
      const why = innermost(outcome.failure);
      return hasTrace(why) ? serverError(why) : refused(why);
    });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (REFUSALS.has(code)) return hasTrace(message) ? serverError(message) : refused(message);
    return silent(`${kind} ${name}: ${message}`);
  }
}
