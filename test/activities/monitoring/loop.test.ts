import { randomUUID } from 'node:crypto';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LoopActivities, createLoopActivities } from '../../../activities/monitoring/index.js';
import { lifecycleId, monitorId, retrainingId, retrainingScheduleId } from '../../../contracts/ids.js';
import { type LoopInput, monitorHealth } from '../../../contracts/monitor.js';
import { type TriggerRecord, monitoringClock, retrainingLog } from '../../../contracts/retraining.js';
import { MonitoringSpec, RetrainingSpec } from '../../../contracts/spec/monitoring.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { openTriggerStore } from '../../../infra/adapters/postgres/triggers.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../../support/database.js';
import { anArtifact, sha } from '../../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../../support/workflows.js';
import { forTemporal } from '../../../workflows/for-temporal.js';

const NAMESPACE = 'loop';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Kysely<Database>;
let connection: Connection;
let client: Client;
let harness: WorkflowHarness;
let activities: LoopActivities;

beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection, namespace: NAMESPACE });
  harness = await workflowHarness('test/workflows/fakes/loop.ts', NAMESPACE);
  activities = createLoopActivities({ client, triggers: openTriggerStore(db) });
});
afterAll(async () => {
  await harness?.close();
  await connection?.close();
  await db?.destroy();
  await database?.drop();
});

const loop = (model: string, version: number, triggers: object = {}): LoopInput => ({
  model,
  run: `run-${version}`,
  specDigest: sha(`spec ${version}`),
  target: {
    version,
    specDigest: sha(`spec ${version}`),
    reference: anArtifact('reference'),
    features: ['x'],
  },
  monitoring: MonitoringSpec.parse({ clock: 'event' }),
  retraining: RetrainingSpec.parse({ triggers, trainOn: { last: '56d' } }),
  firstWindow: '2001-02-01T00:00:00.000Z',
});
const ensure = (input: LoopInput) => new MockActivityEnvironment().run(activities.ensureLoop, input);
/** Dependencies that are not used here: no window matures and no trigger comes. */
const idle = { isLifecycleOpen: async () => true };
const newModel = () => `m-${randomUUID().slice(0, 8)}`;

async function endLoop(model: string): Promise<void> {
  await client.workflow.getHandle(monitorId(model)).terminate('the test is over');
  await client.workflow.getHandle(retrainingId(model)).terminate('the test is over');
  await deleteSchedule(model);
}
const deleteSchedule = (model: string) =>
  client.schedule
    .getHandle(retrainingScheduleId(model))
    .delete()
    .catch(() => undefined);

describe('ensureLoop', () => {
  it('starts controller, monitor and schedule, and does nothing more when it is repeated', async () => {
    const model = newModel();
    await harness.run(idle, async () => {
      const first = loop(model, 1, { schedule: { every: '4w' } });
      await ensure(first);
      await ensure(first);
      const health = await client.workflow.getHandle(monitorId(model)).query(forTemporal(monitorHealth));
      expect(health).toMatchObject({ version: 1, nextWindow: first.firstWindow, closed: 0 });
      const log = await client.workflow.getHandle(retrainingId(model)).query(forTemporal(retrainingLog));
      expect(log).toEqual({ inFlight: null, now: first.firstWindow, log: [] });
      const schedule = await client.schedule.getHandle(retrainingScheduleId(model)).describe();
      expect(schedule.spec.intervals).toMatchObject([{ every: 28 * 86_400_000 }]);
      expect(schedule.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 86_400_000 });
      expect(schedule.action).toMatchObject({ workflowType: 'scheduledTrigger', args: [{ model }] });
      await endLoop(model);
    });
  });

  it('redirects what exists to the next version: spec, target and period, and keeps the pause of an operator', async () => {
    const model = newModel();
    await harness.run(idle, async () => {
      await ensure(loop(model, 1, { schedule: { every: '4w' } }));
      const handle = client.schedule.getHandle(retrainingScheduleId(model));
      await handle.pause('holidays');
      await client.workflow.getHandle(retrainingId(model)).signal(forTemporal(monitoringClock), {
        now: '2001-03-01T00:00:00.000Z',
      });
      await ensure(loop(model, 2, { schedule: { every: '2w' } }));

      const schedule = await handle.describe();
      expect(schedule.spec.intervals).toMatchObject([{ every: 14 * 86_400_000 }]);
      expect(schedule.state).toMatchObject({ paused: true, note: 'holidays' });
      const health = await client.workflow.getHandle(monitorId(model)).query(forTemporal(monitorHealth));
      expect(health.version).toBe(2);
      const log = await client.workflow.getHandle(retrainingId(model)).query(forTemporal(retrainingLog));
      expect(log.now).toBe('2001-03-01T00:00:00.000Z');
      const { typedSearchAttributes } = await client.workflow.getHandle(retrainingId(model)).describe();
      expect(JSON.stringify(typedSearchAttributes)).toContain(sha('spec 2'));
      await endLoop(model);
    });
  });

  it('takes the schedule away when the spec has none', async () => {
    const model = newModel();
    await harness.run(idle, async () => {
      await ensure(loop(model, 1, { schedule: { every: '4w' } }));
      await ensure(loop(model, 2));
      await expect(client.schedule.getHandle(retrainingScheduleId(model)).describe()).rejects.toThrow(
        ScheduleNotFoundError,
      );
      await endLoop(model);
    });
  });

  it('lets a tick of the schedule reach the controller as a trigger at its newest instant', async () => {
    const model = newModel();
    const recorded: TriggerRecord[] = [];
    const fakes = {
      recordTrigger: async ({ record }: { record: TriggerRecord }) => void recorded.push(record),
      isLifecycleOpen: async () => true,
    };
    await harness.run(fakes, async () => {
      await ensure(loop(model, 1, { schedule: { every: '4w' } }));
      await client.schedule.getHandle(retrainingScheduleId(model)).trigger();
      await expect.poll(() => recorded.length, { timeout: 20_000 }).toBe(1);
      expect(recorded[0]).toMatchObject({
        kind: 'schedule',
        id: expect.stringMatching(/^schedule\/20\d\d-/) as string,
        at: '2001-02-01T00:00:00.000Z',
        verdict: 'fired',
        run: 'retrain-2001-02-01',
      });
      await client.workflow.getHandle(lifecycleId(model, 'retrain-2001-02-01')).terminate('the test is over');
      await endLoop(model);
    });
  });
});

describe('isLifecycleOpen', () => {
  const ask = (model: string, run: string) =>
    new MockActivityEnvironment().run(activities.isLifecycleOpen, { model, run });

  it('says yes while the lifecycle runs, and no once it was terminated or when it never was', async () => {
    const model = newModel();
    expect(await ask(model, 'run-1')).toBe(false);
    const handle = await client.workflow.start('lifecycle', {
      workflowId: lifecycleId(model, 'run-1'),
      taskQueue: 'nobody-listens',
      args: [{}],
    });
    expect(await ask(model, 'run-1')).toBe(true);
    await handle.terminate('the test is over');
    expect(await ask(model, 'run-1')).toBe(false);
  });
});

describe('recordTrigger', () => {
  it('keeps the first record of a trigger, and lists the newest first', async () => {
    const record: TriggerRecord = {
      id: 'drift/2001-04-30T00:00:00.000Z',
      kind: 'drift',
      at: '2001-05-07T00:00:00.000Z',
      detail: 'score moved',
      verdict: 'refused',
      reason: 'cooldown',
      run: null,
    };
    const save = (change: Partial<TriggerRecord>) =>
      new MockActivityEnvironment().run(activities.recordTrigger, {
        model: 'tiny',
        record: { ...record, ...change },
      });
    await save({});
    await save({ verdict: 'fired', run: 'other' });
    await save({ id: 'drift/2', verdict: 'fired', run: 'retrain-2001-05-14' });
    const newest = await openTriggerStore(db).newest('tiny', 10);
    expect(newest.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['drift/2', 'fired'],
      [record.id, 'refused'],
    ]);
    expect(newest[1]).toEqual(record);
  });
});
