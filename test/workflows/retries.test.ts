import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { retrying } from '../../contracts/retrying.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { inspectWorkflow } from '../../infra/adapters/temporal/inspect-workflow.js';
import { openWorkflows } from '../../infra/adapters/temporal/workflows.js';
import { until } from '../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

const namespace = 'retries';
let harness: WorkflowHarness;
let workflows: Awaited<ReturnType<typeof openWorkflows>>;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/stuck.ts', namespace);
  workflows = await openWorkflows({
    temporal: { address: inject('temporalAddress'), namespace, tls: false, uiUrl: '' },
  });
});
afterAll(async () => {
  await harness?.close();
  await workflows?.close();
});

const start = (type: string): Promise<WorkflowHandle> =>
  harness.client.workflow.start(type, {
    workflowId: `${type}/${randomUUID()}`,
    taskQueue: TaskQueue.control,
    args: [],
  });
const detailsOf = async (handle: WorkflowHandle): Promise<string> =>
  (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
const markOf = async (handle: WorkflowHandle): Promise<unknown> =>
  (await handle.describe()).typedSearchAttributes.getAll().find(({ key }) => key.name === 'Retrying')?.value;

describe('an activity that is tried again', { timeout: 120_000 }, () => {
  it('is shown with its reason, can be tried at once, and is shown no more when it has ended', async () => {
    let attempts = 0;
    const activities = {
      unlucky: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('the line `is`\u001b[31m cut');
        return 'done';
      },
    };
    await harness.run(activities, async () => {
      const handle = await start('waiting');
      const id = handle.workflowId;
      await until(async () => (await workflows.inspect(id))?.activities[0]?.attempt === 2);
      const seen = await workflows.inspect(id);
      expect(seen).toMatchObject({ type: 'waiting', fault: null, parent: null, children: [] });
      const [activity] = seen?.activities ?? [];
      expect(activity).toMatchObject({ type: 'unlucky', attempt: 2, maximumAttempts: 0 });
      expect(activity?.reason).toContain('the line');
      expect(Date.parse(activity?.since ?? '')).toBeLessThan(Date.now());
      expect(Date.parse(activity?.next ?? '')).toBeGreaterThan(Date.now() + 3_000_000);
      expect(await markOf(handle)).toBeUndefined();

      const told = {
        ...{
          activityId: activity?.id,
          activity: 'unlucky',
          attempt: 1,
          reason: 'the line `is`\u001b[31m cut',
        },
        since: '2001-02-01T00:00:00.000Z',
      };
      for (const poison of [null, 3, {}, { ...told, attempt: -1 }, { ...told, activityId: 'nobody' }])
        await handle.signal(retrying.name, poison);
      expect(await detailsOf(handle)).toBe('its own details');
      await handle.signal(retrying.name, told);
      await until(async () => (await markOf(handle)) === 'unlucky');
      const details = await detailsOf(handle);
      expect(details).toContain(
        "`unlucky`, attempt 1, since 2001-02-01T00:00:00.000Z: `the line 'is'\\u001b[31m cut`",
      );
      expect(details).toContain('mainspring retry');
      expect(details.endsWith('its own details')).toBe(true);
      await until(async () => (await workflows.suspects({ marked: true, limit: 500 })).includes(id));

      await workflows.retryNow(id, activity?.id ?? '');
      expect(await handle.result()).toBe('done');
      expect(await detailsOf(handle)).toBe('its own details, later');
      expect(await markOf(handle)).toBeUndefined();
      expect(await workflows.inspect(id)).toBeUndefined();
      const { events } = await handle.fetchHistory();
      expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
    });
  });
});

describe('an activity that no worker takes', { timeout: 120_000 }, () => {
  it('is shown with its pool, from when it waits', async () => {
    await harness.run({ unlucky: async () => 'done' }, async () => {
      const handle = await start('unheard');
      const inspect = () => inspectWorkflow(harness.client, handle.workflowId, 0);
      await until(async () => ((await inspect())?.activities.length ?? 0) > 0);
      // A worker may take it at any moment.
      expect((await workflows.inspect(handle.workflowId))?.activities).toEqual([]);
      const [activity] = (await inspect())?.activities ?? [];
      expect(activity).toMatchObject({ type: 'nobodys', attempt: 1, next: null });
      expect(activity?.reason).toMatch(/^no worker of pool a-pool-without-workers has taken it/);
      expect(Math.abs(Date.parse(activity?.since ?? '') - Date.now())).toBeLessThan(60_000);
      await workflows.terminate(handle.workflowId, 'the test has seen it');
    });
  });
});

describe('a workflow whose code fails', { timeout: 120_000 }, () => {
  it('is found, with the reason, and can be ended', async () => {
    await harness.run({ unlucky: async () => 'done' }, async () => {
      const handle = await start('faulty');
      const id = handle.workflowId;
      await until(async () => (await workflows.inspect(id))?.fault ?? null);
      const { fault } = (await workflows.inspect(id)) ?? {};
      expect(fault?.reason).toBe("Cannot read properties of undefined (reading 'rows')");
      expect(fault?.attempt).toBeGreaterThan(2);
      await until(async () => (await workflows.suspects({ marked: true, limit: 500 })).includes(id));
      await workflows.terminate(id, 'cancelled by ada: its code fails');
      expect(await workflows.status(id)).toBe('TERMINATED');
    });
  });
});
