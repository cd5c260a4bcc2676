import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrainingId } from '../../contracts/ids.js';
import {
  type RecordTriggerInput,
  RetrainingInput,
  type Trigger,
  type TriggerRecord,
  monitoringClock,
  trigger,
} from '../../contracts/retraining.js';
import { RetrainingSpec } from '../../contracts/spec/monitoring.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { forTemporal } from '../../workflows/for-temporal.js';
import { sha } from '../support/fixtures.js';
import { until } from '../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/loop.ts', 'poison');
});
afterAll(() => harness?.close());

const day = (n: number): string => new Date(Date.UTC(2001, 1, 1) + n * 86_400_000).toISOString();
const drift = (n: number): Trigger => ({
  id: `drift/${day(n - 7)}`,
  kind: 'drift',
  at: day(n),
  detail: 'score moved',
});

interface Scene {
  client: Client;
  controller: WorkflowHandle;
  recorded: TriggerRecord[];
}

async function withController(work: (scene: Scene) => Promise<void>): Promise<void> {
  const model = `m-${randomUUID().slice(0, 8)}`;
  const recorded: TriggerRecord[] = [];
  const activities = {
    recordTrigger: async ({ record }: RecordTriggerInput) => void recorded.push(record),
    isLifecycleOpen: async () => true,
  };
  const spec = RetrainingSpec.parse({ trainOn: { last: '56d' } });
  await harness.run(activities, async (client) => {
    const controller = await client.workflow.start('retraining', {
      workflowId: retrainingId(model),
      taskQueue: TaskQueue.control,
      args: [RetrainingInput.parse({ model, specDigest: sha('spec'), spec, now: day(0) })],
    });
    try {
      await work({ client, controller, recorded });
    } finally {
      await controller.terminate();
    }
  });
}

describe('a signal that is not what it should be', () => {
  const poison: unknown[] = [
    null,
    undefined,
    1,
    'x',
    [],
    {},
    { id: 'a\u0000', kind: 'manual', at: null, detail: 'x' },
  ];

  it.each(['trigger', 'clock', 'lifecycleEnded'])(
    '%s is ignored, and the controller goes on',
    async (name) => {
      await withController(async ({ controller, recorded }) => {
        for (const sent of poison) await controller.signal(name, sent);
        await controller.signal(forTemporal(monitoringClock), { now: '2190-01-01T00:00:00.000Z' });
        await controller.signal(forTemporal(trigger), {
          ...drift(7),
          id: 'ahead',
          at: '2190-01-01T00:00:00.000Z',
        });
        await controller.signal(forTemporal(trigger), drift(7));
        await until(async () => recorded.length > 0);
        expect(recorded.map(({ id }) => id)).toEqual([drift(7).id]);
        const { events } = await controller.fetchHistory();
        expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
      });
    },
  );

  it('is taken with whatever a column of the data holds, which is shown by its codes', async () => {
    await withController(async ({ controller, recorded }) => {
      await controller.signal(forTemporal(trigger), { ...drift(7), detail: 'new: "\u001b[31mBoston\u0000"' });
      await until(async () => recorded.length > 0);
      expect(recorded[0]?.detail).toBe('new: "\\u001b[31mBoston\\u0000"');
    });
  });

  it('with bytes that no converter reads is ignored too', async () => {
    await withController(async ({ client, controller, recorded }) => {
      for (const encoding of ['json/plain', 'binary/unheard-of', ''])
        await client.connection.workflowService.signalWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId: controller.workflowId },
          signalName: 'trigger',
          input: {
            payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from('{"id":') }],
          },
        });
      await controller.signal(forTemporal(trigger), drift(7));
      await until(async () => recorded.length > 0);
      const { events } = await controller.fetchHistory();
      expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
    });
  });
});
