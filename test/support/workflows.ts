import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
  bundleWorkflowCode,
} from '@temporalio/worker';
import { inject } from 'vitest';
import { TaskQueue } from '../../contracts/task-queues.js';
import { activityInterceptors } from '../../workers/interceptors/activities.js';
import { workflowBundleOptions } from '../../infra/adapters/temporal/workflow-bundle-options.js';

/** Any function of an activities object. Tests fake only the activities that they reach. */
type Activities = Record<string, (...args: never[]) => unknown>;

export interface WorkflowHarness {
  client: Client;
  /** Runs `work` with a worker on every pool's queue. The workers are stopped afterwards, also after a failure. */
  run<T>(activities: Activities, work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Failures that a test provokes on purpose are logged as warnings by the SDK and would hide the important ones. */
const quiet = new DefaultLogger('ERROR');
Runtime.install({ logger: quiet });

const bundles = new Map<string, Promise<WorkflowBundle>>();

function bundle(workflows: string): Promise<WorkflowBundle> {
  const known = bundles.get(workflows);
  if (known) return known;
  const workflowsPath = fileURLToPath(new URL(`../../${workflows}`, import.meta.url));
  const made = bundleWorkflowCode({ workflowsPath, ...workflowBundleOptions(), logger: quiet });
  bundles.set(workflows, made);
  return made;
}

/**
 * Real workers against this test run's server, with fake activities.
 *
 * @param workflows path of the module that exports the workflows, from the repository's root
 * @param namespace must not be used by another test file at the same time, because the task queues have fixed names
 */
export async function workflowHarness(workflows: string, namespace: string): Promise<WorkflowHarness> {
  const address = inject('temporalAddress');
  const [connection, native, workflowBundle] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
    bundle(workflows),
  ]);
  const client = new Client({ connection, namespace });

  return {
    client,
    run: async (activities, work) => {
      const workers = await Promise.all(
        Object.values(TaskQueue).map((taskQueue) =>
          Worker.create({
            connection: native,
            namespace,
            taskQueue,
            activities,
            interceptors: activityInterceptors,
            identity: `${taskQueue}-${randomUUID()}`,
            ...(taskQueue === TaskQueue.control ? { workflowBundle } : {}),
          }),
        ),
      );
      const running = Promise.all(workers.map((worker) => worker.run()));
      try {
        return await work(client);
      } finally {
        for (const worker of workers) worker.shutdown();
        await running;
      }
    },
    close: async () => {
      await Promise.all([connection.close(), native.close()]);
    },
  };
}
