import { randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIsLifecycleOpen } from '../../activities/monitoring/is-lifecycle-open.js';
import { lifecycleId, retrainingId } from '../../contracts/ids.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import {
  type LifecycleRef,
  type RecordTriggerInput,
  RetrainingInput,
  type Trigger,
  type TriggerRecord,
  configureRetraining,
  monitoringClock,
  retrainingLog,
  trigger,
} from '../../contracts/retraining.js';
import { RetrainingSpec } from '../../contracts/spec/monitoring.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { sha } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { finish } from './fakes/loop.js';
import { forTemporal } from '../../workflows/for-temporal.js';

const day = (n: number): string => new Date(Date.UTC(2001, 1, 1) + n * 86_400_000).toISOString();
const spec = RetrainingSpec.parse({ triggers: { schedule: { every: '4w' } }, trainOn: { last: '56d' } });
const drift = (n: number): Trigger => ({
  id: `drift/${day(n - 7)}`,
  kind: 'drift',
  at: day(n),
  detail: 'score moved',
});

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/loop.ts', 'retraining');
});
afterAll(() => harness?.close());

interface Scene {
  model: string;
  controller: WorkflowHandle;
  client: Client;
  recorded: TriggerRecord[];
  lifecycle(run: string): WorkflowHandle;
}

/**
 * A controller with a recording database and a real look at Temporal. Lifecycles are fakes that last until the test
 * ends them.
 */
async function withController(
  change: Partial<RetrainingInput>,
  work: (scene: Scene) => Promise<void>,
  prefix = 'm',
): Promise<void> {
  const model = `${prefix}-${randomUUID().slice(0, 8)}`;
  const recorded: TriggerRecord[] = [];
  const activities = {
    recordTrigger: async ({ record }: RecordTriggerInput) => void recorded.push(record),
    isLifecycleOpen: (ref: LifecycleRef) => makeIsLifecycleOpen({ client: harness.client })(ref),
  };
  await harness.run(activities, async (client) => {
    const input = {
      ...RetrainingInput.parse({ model, specDigest: sha('spec'), spec, now: day(0) }),
      ...change,
    };
    await client.workflow.start('retraining', {
      workflowId: retrainingId(model),
      taskQueue: TaskQueue.control,
      args: [input],
    });
    const controller = client.workflow.getHandle(retrainingId(model));
    const lifecycle = (run: string) => client.workflow.getHandle(lifecycleId(model, run));
    try {
      await work({ model, controller, client, recorded, lifecycle });
    } finally {
      await controller.terminate('the test is over').catch(() => undefined);
      for (const { run } of recorded) {
        if (run)
          await lifecycle(run)
            .terminate('the test is over')
            .catch(() => undefined);
      }
    }
  });
}
const answered = (recorded: TriggerRecord[], n: number) =>
  expect.poll(() => recorded.length, { timeout: 50_000, interval: 20 }).toBe(n);
const inFlight = async (controller: WorkflowHandle) =>
  (await controller.query(forTemporal(retrainingLog))).inFlight;

describe('retraining', () => {
  it('starts a lifecycle that knows nothing after the trigger’s instant, and says who asked', async () => {
    await withController({}, async ({ model, controller, client, recorded, lifecycle }) => {
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      expect(recorded[0]).toEqual({
        ...drift(7),
        verdict: 'fired',
        reason: 'score moved',
        run: 'retrain-2001-02-08',
      });
      const handle = lifecycle('retrain-2001-02-08');
      await handle.signal(finish);
      const asked = (await client.workflow.getHandle(handle.workflowId).result()) as LifecycleInput;
      expect(asked).toEqual({
        model,
        run: 'retrain-2001-02-08',
        specDigest: sha('spec'),
        asOf: day(7),
        startedBy: 'retraining',
        reason: 'drift: score moved',
        triggerId: drift(7).id,
        history: '56d',
        reuseHyperparameters: true,
      });
    });
  });

  it('makes one lifecycle of two triggers at once, and records why the other was refused', async () => {
    await withController({}, async ({ controller, recorded }) => {
      const other: Trigger = { ...drift(7), id: 'quality/1', kind: 'quality' };
      await Promise.all([
        controller.signal(forTemporal(trigger), drift(7)),
        controller.signal(forTemporal(trigger), other),
      ]);
      await answered(recorded, 2);
      expect(recorded.map(({ verdict }) => verdict)).toEqual(['fired', 'refused']);
      expect(recorded[1]).toMatchObject({
        reason: `run retrain-2001-02-08, as of ${day(7)}, is in flight`,
        run: null,
      });
    });
  });

  it('answers the same id once', async () => {
    await withController({}, async ({ controller, recorded }) => {
      await controller.signal(forTemporal(trigger), drift(7));
      await controller.signal(forTemporal(trigger), drift(7));
      await controller.signal(forTemporal(trigger), drift(14));
      await answered(recorded, 2);
      expect(recorded.map(({ id }) => id)).toEqual([drift(7).id, drift(14).id]);
    });
  });

  it('refuses during the cooldown after a lifecycle has ended, and fires when it is over', async () => {
    await withController({}, async ({ controller, recorded, lifecycle }) => {
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      await lifecycle('retrain-2001-02-08').signal(finish);
      await expect.poll(() => inFlight(controller), { timeout: 20_000 }).toBeNull();
      await controller.signal(forTemporal(trigger), drift(13));
      await controller.signal(forTemporal(trigger), drift(14));
      await answered(recorded, 3);
      expect(recorded[1]).toMatchObject({
        verdict: 'refused',
        reason: `cooldown of 7d since the retraining as of ${day(7)} is not over`,
      });
      expect(recorded[2]).toMatchObject({ verdict: 'fired', run: 'retrain-2001-02-15' });
    });
  });

  it('is not left waiting by a lifecycle that ends as it starts', async () => {
    await withController(
      {},
      async ({ controller, recorded }) => {
        await controller.signal(forTemporal(trigger), drift(7));
        await answered(recorded, 1);
        await expect.poll(() => inFlight(controller), { timeout: 20_000 }).toBeNull();
        await controller.signal(forTemporal(trigger), drift(14));
        await answered(recorded, 2);
        expect(recorded[1]).toMatchObject({ verdict: 'fired' });
      },
      'quick',
    );
  });

  it('goes on after a lifecycle that was terminated and never says that it ended', async () => {
    await withController({}, async ({ controller, recorded, lifecycle }) => {
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      await lifecycle('retrain-2001-02-08').terminate('killed by an operator');
      expect(await inFlight(controller)).toBe('retrain-2001-02-08');
      await controller.signal(forTemporal(trigger), drift(14));
      await answered(recorded, 2);
      expect(recorded[1]).toMatchObject({ verdict: 'fired', run: 'retrain-2001-02-15' });
    });
  });

  it('gives a schedule’s trigger the newest instant that the monitor told', async () => {
    await withController({}, async ({ controller, recorded }) => {
      await controller.signal(forTemporal(monitoringClock), { now: day(21) });
      await controller.signal(forTemporal(trigger), {
        id: 'schedule/1',
        kind: 'schedule',
        at: null,
        detail: 'time',
      });
      await answered(recorded, 1);
      expect(recorded[0]).toMatchObject({ at: day(21), verdict: 'fired', run: 'retrain-2001-02-22' });
    });
  });

  it('refuses an instant whose run exists already, instead of failing', async () => {
    await withController({}, async ({ model, client, controller, recorded, lifecycle }) => {
      await client.workflow.start('lifecycle', {
        workflowId: lifecycleId(model, 'retrain-2001-02-08'),
        taskQueue: TaskQueue.control,
        args: [{ model, run: 'retrain-2001-02-08' }],
      });
      await controller.signal(forTemporal(trigger), drift(7));
      await controller.signal(forTemporal(trigger), drift(14));
      await answered(recorded, 2);
      expect(recorded[0]).toMatchObject({
        verdict: 'refused',
        reason: 'run retrain-2001-02-08 exists already: an instant is retrained once',
      });
      expect(recorded[1]).toMatchObject({ verdict: 'fired' });
      await lifecycle('retrain-2001-02-08').terminate('the test is over');
    });
  });

  it('leaves its lifecycle running when it is itself terminated', async () => {
    await withController({}, async ({ controller, recorded, lifecycle }) => {
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      await controller.terminate('by mistake');
      expect((await lifecycle('retrain-2001-02-08').describe()).status.name).toBe('RUNNING');
    });
  });

  it('takes another spec by update, and refuses an invalid one before it reaches the history', async () => {
    await withController({}, async ({ controller, recorded }) => {
      await controller.query(forTemporal(retrainingLog));
      const before = (await controller.describe()).historyLength;
      const wrong = controller.executeUpdate('configure', {
        args: [{ specDigest: sha('2'), spec: { cooldown: 'a week' } }],
      });
      await expect(wrong).rejects.toThrow(WorkflowUpdateFailedError);
      await expect(wrong).rejects.toMatchObject({
        cause: { message: expect.stringContaining('30s, 6h or 7d') as string },
      });
      expect((await controller.describe()).historyLength).toBe(before);

      const off = { ...spec, triggers: { drift: false, quality: true } };
      await controller.executeUpdate(forTemporal(configureRetraining), {
        args: [{ specDigest: sha('3'), spec: off }],
      });
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      expect(recorded[0]).toMatchObject({ reason: 'retraining.triggers.drift is off in the spec' });
    });
  });

  it('refuses an alarm of a version that was replaced, as soon as the new one is configured', async () => {
    await withController({ champion: 1 }, async ({ controller, recorded }) => {
      await controller.executeUpdate(forTemporal(configureRetraining), {
        args: [{ specDigest: sha('2'), spec, version: 2 }],
      });
      await controller.signal(forTemporal(trigger), { ...drift(7), version: 1 });
      await answered(recorded, 1);
      expect(recorded[0]).toMatchObject({
        verdict: 'refused',
        reason: 'version 1 is no longer champion: version 2 is',
      });
    });
  });

  it('ignores signals that are no triggers', async () => {
    await withController({}, async ({ controller, recorded }) => {
      await controller.signal('trigger');
      await controller.signal('trigger', { id: '', kind: 'whim' });
      await controller.signal('clock', { now: 'soon' });
      await controller.signal(forTemporal(trigger), drift(7));
      await answered(recorded, 1);
      expect(recorded[0]).toMatchObject({ verdict: 'fired' });
    });
  });

  it('answers each trigger once over the border of a new run, with its lifecycle in flight throughout', async () => {
    await withController({}, async ({ controller, recorded, lifecycle }) => {
      const { runId } = await controller.describe();
      // Long details fill the history up to 4 MB. The server then suggests to continue as new.
      const triggers = Array.from({ length: 120 }, (_, n) => ({
        ...drift(7 + n * 7),
        detail: 'x'.repeat(40_000),
      }));
      for (let first = 0; first < triggers.length; first += 20) {
        for (const reason of triggers.slice(first, first + 20))
          await controller.signal(forTemporal(trigger), reason);
        await answered(recorded, first + 20);
      }
      expect((await controller.describe()).runId).not.toBe(runId);
      expect(new Set(recorded.map(({ id }) => id)).size).toBe(120);
      expect(recorded.every(({ detail }) => detail.length === 1_000)).toBe(true);
      const fired = recorded.filter(({ verdict }) => verdict === 'fired');
      expect(fired).toHaveLength(1);
      expect((await lifecycle(fired[0]?.run ?? '').describe()).status.name).toBe('RUNNING');
      expect(await inFlight(controller)).toBe(fired[0]?.run);
    });
  }, 180_000);
});

describe('scheduledTrigger', () => {
  it('fails in plain sight when the model has no controller', async () => {
    await harness.run({ isLifecycleOpen: async () => true }, async (client) => {
      const ticked = client.workflow.execute('scheduledTrigger', {
        workflowId: `tick-${randomUUID()}`,
        taskQueue: TaskQueue.control,
        args: [{ model: 'nobody' }],
      });
      await expect(ticked).rejects.toThrow(WorkflowFailedError);
      await expect(ticked).rejects.toMatchObject({
        cause: { type: 'NotFound', message: 'model "nobody" has no retraining controller' },
      });
    });
  });
});
