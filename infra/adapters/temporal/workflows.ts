import {
  Client,
  Connection,
  NamespaceNotFoundError,
  ScheduleNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { SearchAttribute, searchAttributeTypes } from '../../../contracts/search-attributes.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import { WorkflowExists, WorkflowGone, type Workflows } from '../../../operations/ports/workflows.js';
import { unreachable } from '../../../operations/unreachable.js';
import type { Config } from '../../config.js';
import { inspectWorkflow } from './inspect-workflow.js';
import { suspectsOf } from './suspects.js';
import { markInTemporal } from './store-mark.js';
import { describeQueues } from './queues.js';
import { updateWithin } from './update.js';

/** How long a query may wait for a worker. Longer means that none is there. */
const QUERY_DEADLINE_MS = 4_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Codes of gRPC for a server that is away: UNAVAILABLE, and DEADLINE_EXCEEDED. */
const AWAY = new Set<unknown>([14, 4]);

const reuse = {
  never: { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'FAIL' },
  'use-existing': { workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' },
} as const;

/** @throws MainspringError `unreachable` when nothing answers */
export async function openWorkflows({
  temporal,
}: Pick<Config, 'temporal'>): Promise<Workflows & { close(): Promise<void> }> {
  const { address, namespace, apiKey, tls } = temporal;
  const away = (error: unknown) => unreachable('Temporal', address, 'TEMPORAL_ADDRESS', error);
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      tls,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    throw away(error);
  }
  const client = new Client({ connection, namespace });
  const { workflow } = client;

  /** Errors of the SDK as those of the port. */
  async function translated<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError)
        throw new WorkflowGone(`${id} does not exist or is closed`, { cause: error });
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        throw new WorkflowExists(`${id} exists`, { cause: error });
      if (isAway(error)) throw away(error);
      // The server answers, and does not have the namespace: it is the wrong one, or has just begun to start.
      if (error instanceof NamespaceNotFoundError)
        throw unreachable('Temporal', address, 'TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE', error);
      throw error;
    }
  }

  return {
    start: ({ type, id, input, summary, attributes, timeoutMs, reuse: how = 'never' }) =>
      translated(id, async () => {
        await workflow.start(type, {
          workflowId: id,
          taskQueue: TaskQueue.control,
          args: [input],
          staticSummary: summary,
          ...reuse[how],
          ...(timeoutMs === undefined ? {} : { workflowExecutionTimeout: timeoutMs }),
          ...(attributes === undefined
            ? {}
            : {
                typedSearchAttributes: [
                  { key: SearchAttribute.Model, value: attributes.model },
                  { key: SearchAttribute.SpecDigest, value: attributes.specDigest },
                ],
              }),
        });
      }),
    result: (id) => translated(id, () => workflow.getHandle(id).result()),
    update: (id, update, argument) =>
      translated(id, () => updateWithin(client, workflow.getHandle(id), update, argument)),
    signal: (id: string, signal: { name: string }, ...args: unknown[]) =>
      translated(id, () => workflow.getHandle(id).signal(signal.name, ...args)),
    cancel: (id) =>
      translated(id, async () => {
        await workflow.getHandle(id).cancel();
      }),
    inspect: (id) => translated(id, () => inspectWorkflow(client, id)),
    suspects: (filter) => translated('the list of open workflows', () => suspectsOf(client, filter)),
    retryNow: (id, activityId) =>
      translated(id, async () => {
        await connection.workflowService.resetActivity({
          namespace,
          execution: { workflowId: id },
          id: activityId,
          identity: client.options.identity,
        });
      }),
    terminate: (id, reason) =>
      translated(id, async () => {
        await workflow.getHandle(id).terminate(reason);
      }),
    ask: async <Answer>(id: string, query: string) => {
      try {
        return await connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
          workflow.getHandle(id).query<Answer>(query),
        );
      } catch {
        return undefined;
      }
    },
    status: async (id) => {
      try {
        const { status } = await translated(id, () => workflow.getHandle(id).describe());
        return status.name;
      } catch (error) {
        if (error instanceof WorkflowGone) return undefined;
        throw error;
      }
    },
    openLifecycles: async function* () {
      const query = "WorkflowType = 'lifecycle' AND ExecutionStatus = 'Running'";
      try {
        for await (const { workflowId, startTime } of workflow.list({ query }))
          yield { id: workflowId, startedAt: startTime.toISOString() };
      } catch (error) {
        if (isAway(error)) throw away(error);
        throw error;
      }
    },
    runSchedule: (id) => translated(id, () => client.schedule.getHandle(id).trigger()),
    missingSearchAttributes: async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.entries(searchAttributeTypes).filter(([name]) => !(name in customAttributes));
      const create = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
      return {
        names: missing.map(([name]) => name),
        registered: Object.keys(searchAttributeTypes).length - missing.length,
        remedy: `temporal operator search-attribute create --namespace ${namespace} ${create}`,
      };
    },
    storeMark: () => markInTemporal(client).read(),
    releases: async function* () {
      for await (const { workflowId } of workflow.list({ query: "WorkflowType = 'release'" }))
        yield workflowId;
    },
    queues: () => describeQueues(connection, namespace),
    close: () => connection.close(),
  };
}

/** A server that went away after it was connected to, somewhere below an error of the SDK. */
function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && AWAY.has(at.code)) return true;
  return false;
}
