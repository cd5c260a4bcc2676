import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monitorId, retrainingId } from '../../contracts/ids.js';
import {
  type CloseWindowInput,
  MonitorInput,
  type WindowResult,
  monitorHealth,
  observe,
  retarget,
} from '../../contracts/monitor.js';
import {
  type RecordTriggerInput,
  RetrainingInput,
  type TriggerRecord,
  retrainingLog,
} from '../../contracts/retraining.js';
import { MonitoringSpec, RetrainingSpec } from '../../contracts/spec/monitoring.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { anArtifact, sha } from '../support/fixtures.js';
import { skippingTime } from '../support/time-skipping.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2001, 1, 1);
const day = (n: number): string => new Date(START + n * DAY_MS).toISOString();
const HALF_DAY = 0.5;

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/loop.ts', 'monitor');
});
afterAll(() => harness?.close());

const target = (version: number) => ({
  version,
  specDigest: sha(`spec ${version}`),
  reference: anArtifact('reference'),
  features: ['x'],
});
const specs = {
  monitoring: MonitoringSpec.parse({ clock: 'event', labels: { matureAfter: '12h' }, minRows: 10 }),
  retraining: RetrainingSpec.parse({ trainOn: { last: '56d' } }),
};
const input = (model: string, change: Partial<MonitorInput> = {}): MonitorInput => ({
  ...MonitorInput.parse({ model, target: target(1), ...specs, nextWindow: day(0) }),
  ...change,
});

/** A fake `closeWindow`. By default nothing exceeds its threshold. */
function closer(change: (week: number) => Partial<WindowResult> = () => ({})) {
  const asked: CloseWindowInput[] = [];
  const recorded: TriggerRecord[] = [];
  const activities = {
    closeWindow: async (request: CloseWindowInput): Promise<WindowResult> => {
      asked.push(request);
      const week = Math.round((Date.parse(request.window.from) - START) / (7 * DAY_MS));
      return {
        model: request.model,
        version: request.target.version,
        window: request.window,
        requests: 100,
        labelled: 100,
        labelRate: 0.2,
        metrics: { roc_auc: 0.77 },
        psi: { score: 0.01 },
        exceeded: [],
        report: null,
        ...change(week),
      };
    },
    recordTrigger: async ({ record }: RecordTriggerInput) => void recorded.push(record),
    isLifecycleOpen: async () => true,
  };
  return { asked, recorded, activities };
}

const newModel = () => `m-${randomUUID().slice(0, 8)}`;
const health = (handle: WorkflowHandle) => handle.query(forTemporal(monitorHealth));
const closed = (handle: WorkflowHandle, n: number, timeout = 50_000) =>
  expect.poll(async () => (await health(handle)).closed, { timeout, interval: 200 }).toBe(n);
const weeks = (asked: CloseWindowInput[]) =>
  asked.map(({ window }) => (Date.parse(window.from) - START) / (7 * DAY_MS));

async function withMonitor<T>(
  activities: Parameters<WorkflowHarness['run']>[0],
  options: { state?: Partial<MonitorInput>; controller?: boolean },
  work: (handle: WorkflowHandle, model: string, client: Client) => Promise<T>,
): Promise<T> {
  const model = newModel();
  return harness.run(activities, async (client) => {
    const handles: WorkflowHandle[] = [];
    if (options.controller !== false) {
      handles.push(
        await client.workflow.start('retraining', {
          workflowId: retrainingId(model),
          taskQueue: TaskQueue.control,
          args: [
            RetrainingInput.parse({ model, specDigest: sha('spec 1'), spec: specs.retraining, now: day(0) }),
          ],
        }),
      );
    }
    const handle = await client.workflow.start('monitor', {
      workflowId: monitorId(model),
      taskQueue: TaskQueue.control,
      args: [input(model, options.state)],
    });
    try {
      return await work(client.workflow.getHandle(monitorId(model)), model, client);
    } finally {
      for (const open of [...handles, handle]) {
        await client.workflow.getHandle(open.workflowId).terminate('the test is over');
      }
    }
  });
}

describe('monitor on the clock of events', () => {
  it('closes a window only once event time has passed its end and its labels had their time', async () => {
    const { asked, activities } = closer();
    await withMonitor(activities, {}, async (handle) => {
      const before = new Date(Date.parse(day(7 + HALF_DAY)) - 1).toISOString();
      for (const watermark of [day(7), before]) await handle.signal(forTemporal(observe), { watermark });
      expect(await health(handle)).toMatchObject({ closed: 0, nextWindow: day(0) });
      await handle.signal(forTemporal(observe), { watermark: day(7 + HALF_DAY) });
      await closed(handle, 1);
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({ window: { from: day(0), to: day(7) }, target: { version: 1 } });
      expect(await health(handle)).toMatchObject({ nextWindow: day(7), problem: null });
    });
  });

  it('ignores a watermark of another year, unless it says that time did leap', async () => {
    const { activities } = closer();
    await withMonitor(activities, {}, async (handle) => {
      for (const watermark of [day(365 * 3), day(7 + HALF_DAY)])
        await handle.signal(forTemporal(observe), { watermark });
      await closed(handle, 1);
      expect((await health(handle)).watermark).toBe(day(7 + HALF_DAY));
      await handle.signal(forTemporal(observe), { watermark: day(200), leap: true });
      expect((await health(handle)).watermark).toBe(day(200));
    });
  });

  it('closes all mature windows in order, ignores a watermark that goes back, and records an empty week like any other', async () => {
    const empty = { requests: 0, labelled: 0, labelRate: null, metrics: {}, psi: {} };
    const { asked, activities } = closer((week) => (week === 1 ? empty : {}));
    await withMonitor(activities, {}, async (handle) => {
      for (const watermark of [day(29), day(3)]) await handle.signal(forTemporal(observe), { watermark });
      await closed(handle, 4);
      expect(weeks(asked)).toEqual([0, 1, 2, 3]);
      const { recent, watermark } = await health(handle);
      expect([recent.map(({ requests }) => requests), watermark]).toEqual([[100, 0, 100, 100], day(29)]);
    });
  });

  it('raises the alarm in the window that makes it two of three, and the controller starts one lifecycle as of its end', async () => {
    const { recorded, activities } = closer((week) =>
      [2, 4, 5].includes(week) ? { exceeded: ['score'], psi: { score: 0.36 } } : {},
    );
    await withMonitor(activities, {}, async (handle, model, client) => {
      await handle.signal(forTemporal(observe), { watermark: day(7 * 6 + 1) });
      await closed(handle, 6);
      await expect.poll(() => recorded.length, { timeout: 20_000 }).toBe(2);
      expect(recorded[0]).toMatchObject({
        id: `drift/${day(28)}`,
        kind: 'drift',
        at: day(35),
        verdict: 'fired',
        run: 'retrain-2001-03-08',
        detail: 'score (PSI 0.3600) over threshold in 2 of the last 3 windows',
      });
      expect(recorded[1]).toMatchObject({
        id: `drift/${day(35)}`,
        verdict: 'refused',
        reason: expect.stringContaining('in flight') as string,
        run: null,
      });
      const log = await client.workflow.getHandle(retrainingId(model)).query(forTemporal(retrainingLog));
      expect(log).toMatchObject({ inFlight: 'retrain-2001-03-08', now: day(42) });
      await client.workflow.getHandle(`lifecycle/${model}/retrain-2001-03-08`).terminate('the test is over');
    });
  });

  it('asks for a retraining each time that enough labelled rows have come', async () => {
    const { recorded, activities } = closer();
    const retraining = RetrainingSpec.parse({
      triggers: { newData: { rows: 250 } },
      trainOn: { last: '56d' },
    });
    await withMonitor(activities, { state: { retraining } }, async (handle) => {
      await handle.signal(forTemporal(observe), { watermark: day(7 * 6 + 1) });
      await expect.poll(() => recorded.length, { timeout: 20_000 }).toBe(2);
      expect(recorded.map(({ id }) => id)).toEqual([`newData/${day(14)}`, `newData/${day(35)}`]);
      // The controller of this test has a spec without such a trigger.
      expect(recorded[0]).toMatchObject({
        verdict: 'refused',
        reason: 'retraining.triggers.newData is off in the spec',
      });
    });
  });

  it('watches another version from the first window on that it serves whole', async () => {
    const { asked, activities } = closer();
    await withMonitor(activities, {}, async (handle) => {
      await handle.signal(forTemporal(observe), { watermark: day(10) });
      await closed(handle, 1);
      await handle.signal(forTemporal(retarget), { target: target(2), ...specs });
      await handle.signal(forTemporal(retarget), { target: target(2), ...specs });
      await handle.signal(forTemporal(observe), { watermark: day(22) });
      await closed(handle, 3);
      expect(asked.map((request) => request.target.version)).toEqual([1, 1, 2]);
      expect((await health(handle)).version).toBe(2);
    });
  });

  it('stays with its version when the release of another one was taken back', async () => {
    const { asked, activities } = closer();
    await withMonitor(activities, {}, async (handle) => {
      await handle.signal(forTemporal(observe), { watermark: day(1) });
      await handle.signal(forTemporal(retarget), { target: target(2), ...specs });
      await handle.signal(forTemporal(retarget), { target: target(1), ...specs });
      await handle.signal(forTemporal(observe), { watermark: day(22) });
      await closed(handle, 3);
      expect(asked.map((request) => request.target.version)).toEqual([1, 1, 1]);
    });
  });

  it('never skips a window that cannot be closed: it says why, and goes on once it can', async () => {
    const good = closer();
    let broken = true;
    const activities = {
      ...good.activities,
      closeWindow: async (request: CloseWindowInput) => {
        if (broken) throw ApplicationFailure.nonRetryable('the log is torn', 'WindowUnreadable');
        return good.activities.closeWindow(request);
      },
    };
    await withMonitor(activities, {}, async (handle) => {
      await handle.signal(forTemporal(observe), { watermark: day(15) });
      await expect
        .poll(async () => (await health(handle)).problem, { timeout: 20_000 })
        .toContain('the log is torn');
      expect(await health(handle)).toMatchObject({ closed: 0, nextWindow: day(0) });
      broken = false;
      await handle.signal(forTemporal(observe), { watermark: day(15) });
      await closed(handle, 2);
      expect(weeks(good.asked)).toEqual([0, 1]);
      expect((await health(handle)).problem).toBeNull();
    });
  });

  it('goes on without a retraining controller', async () => {
    const { asked, activities } = closer(() => ({ exceeded: ['score'] }));
    await withMonitor(activities, { controller: false }, async (handle) => {
      await handle.signal(forTemporal(observe), { watermark: day(22) });
      await closed(handle, 3);
      expect(weeks(asked)).toEqual([0, 1, 2]);
    });
  });

  it('lives on in a new run in the middle of its windows, and neither loses nor repeats one', async () => {
    // Many columns fill the history up to 4 MB. The server then suggests to continue as new.
    const psi = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`column_${n}`, 0.0123]));
    const { asked, activities } = closer(() => ({ psi }));
    await withMonitor(activities, { controller: false }, async (handle) => {
      const { runId } = await handle.describe();
      await handle.signal(forTemporal(observe), { watermark: day(7 * 90 + 1), leap: true });
      await closed(handle, 90, 170_000);
      expect(weeks(asked)).toEqual(Array.from({ length: 90 }, (_, week) => week));
      expect((await handle.describe()).runId).not.toBe(runId);
      const { recent, watermark, nextWindow } = await health(handle);
      expect(recent).toHaveLength(12);
      expect([watermark, nextWindow]).toEqual([day(631), day(630)]);
    });
  }, 180_000);

  it('ignores signals that are no observation and no target', async () => {
    const { activities } = closer();
    await withMonitor(activities, {}, async (handle) => {
      await handle.signal('observe', { watermark: 'yesterday' });
      await handle.signal('observe');
      await handle.signal('retarget', { target: { version: 'two' } });
      expect(await health(handle)).toMatchObject({ version: 1, watermark: null, closed: 0 });
    });
  });
});

describe('monitor on the clock on the wall', () => {
  it('sleeps until each window has matured, and wakes for one after the other', async () => {
    const { asked, activities } = closer();
    const model = newModel();
    const startedAt = new Date(Math.floor(Date.now() / 1000) * 1000);
    const monitoring = { ...specs.monitoring, clock: 'wall' as const };
    await harness.run(activities, async (client) => {
      const start = () =>
        client.workflow.start('monitor', {
          workflowId: monitorId(model),
          taskQueue: TaskQueue.control,
          args: [input(model, { monitoring, nextWindow: startedAt.toISOString() })],
        });
      const handle = await skippingTime(client, start, { maxSkips: 3 });
      await closed(handle, 3);
      const due = new Date(startedAt.getTime() + (4 * 7 + HALF_DAY) * DAY_MS);
      await expect
        .poll(async () => JSON.stringify((await handle.describe()).typedSearchAttributes), {
          timeout: 20_000,
        })
        .toContain(due.toISOString());
      await handle.terminate('the test is over');
    });
    expect(asked).toHaveLength(3);
    expect(asked.map(({ window }) => Date.parse(window.from) - startedAt.getTime())).toEqual(
      [0, 7, 14].map((days) => days * DAY_MS),
    );
  });
});
