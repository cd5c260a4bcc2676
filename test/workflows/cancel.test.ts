import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalInput } from '../../contracts/approval.js';
import { failureIn } from '../../contracts/failures.js';
import { lifecycleId } from '../../contracts/ids.js';
import { cancelLifecycle, failLifecycle } from '../../contracts/lifecycle.js';
import { ReleaseInput } from '../../contracts/release.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { forTemporal } from '../../workflows/for-temporal.js';
import { anArtifact, sha } from '../support/fixtures.js';
import { aJob, fails, fakeTraining, forever } from '../support/training/fake-activities.js';
import { until } from '../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/stuck.ts', 'cancel');
});
afterAll(() => harness?.close());

const MINUTE_MS = 60_000;
const by = { by: 'ada', reason: 'it will not end' };
const champion = { version: 1, model: anArtifact('m 1'), golden: anArtifact('g 1'), features: ['x'] };
const candidate = { ...champion, version: 2, model: anArtifact('m 2'), golden: anArtifact('g 2') };
const routes = { model: 'tiny', generation: 7, champion, candidate: null, candidateShare: 0, salt: 's' };

const away = async (): Promise<never> => {
  throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5433'), { code: 'ECONNREFUSED' });
};

let letGo = (): void => undefined;
const held = new Promise<void>((resolve) => (letGo = resolve));

/** Activities of an installation whose stores and job backend are away. The name of a run decides how far it comes. */
const activities = {
  ...fakeTraining({ collect: () => fails('cancelled'), watch: forever(Context.current) }).activities,
  openRun: async ({ run }: { run: string }) => {
    if (run.startsWith('hangs')) await held;
    if (run.startsWith('away')) await away();
    return {
      packed: {
        code: anArtifact('code'),
        environment: anArtifact('environment'),
        spec: {
          charter: {
            goal: 'g',
            problem: 'binary-classification',
            success: { metric: 'roc_auc', atLeast: 0.5 },
          },
          split: {},
          data: {},
        },
      },
      champion: null,
    };
  },
  setStage: async () => undefined,
  closeRun: away,
  recordApproval: away,
  readRoutes: async () => routes,
  setRoutes: async ({ table }: { table: object }) => ({ ...table, generation: 8 }),
  awaitObserved: async () => ({ state: 'unreachable', why: 'no gateway' }),
  promote: away,
  rollBack: away,
  cancelJob: away,
};

const startLifecycle = (client: Client, run: string): Promise<WorkflowHandle> =>
  client.workflow.start('lifecycle', {
    workflowId: lifecycleId('tiny', run),
    taskQueue: TaskQueue.control,
    args: [
      {
        ...{ model: 'tiny', run, specDigest: sha('spec'), asOf: '2001-02-01T00:00:00.000Z' },
        ...{ startedBy: 'ada', reason: 'r' },
      },
    ],
  });

const approvalInput: ApprovalInput = {
  ...{ model: 'tiny', run: 'r-1', specDigest: sha('spec'), subject: 'tiny/1', version: 1 },
  evidenceDigest: sha('evidence'),
  quorum: { 'ml-engineer': 1 },
  owners: { 'ml-engineer': ['tomas'] },
  startedBy: 'ada',
  separation: true,
  expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  summary: 's',
  decisions: [],
};
const releaseInput = ReleaseInput.parse({
  ...{ model: 'tiny', run: 'r-1', specDigest: sha('spec'), candidate },
  spec: {
    canary: { share: '10%', minRequests: 100, minTime: '1s', maxTime: '1m' },
    guardrails: { errorRate: '1%' },
  },
});

const isBusy = async (handle: WorkflowHandle): Promise<boolean> => {
  const { raw } = await handle.describe();
  return (raw.pendingActivities?.length ?? 0) + (raw.pendingChildren?.length ?? 0) > 0;
};

/** Asks a workflow to end and returns how, and after how many milliseconds. */
async function endOf(
  handle: WorkflowHandle,
  ask: () => Promise<unknown>,
): Promise<{ status: string; ms: number; result: unknown; error: unknown }> {
  await until(() => isBusy(handle));
  await ask();
  const askedAt = Date.now();
  let result: unknown;
  const error = await handle.result().then(
    (value: unknown) => void (result = value),
    (thrown: unknown) => thrown,
  );
  const { status } = await handle.describe();
  return { status: status.name, ms: Date.now() - askedAt, result, error };
}

describe('a cancel, while the stores are away,', () => {
  it('ends each workflow of a run within a minute, whatever it waits for', { timeout: 240_000 }, async () => {
    const id = randomUUID().slice(0, 8);
    const ends = await harness.run(activities, async (client) => {
      const child = (type: string, input: object) =>
        client.workflow.start(type, {
          workflowId: `${type}/${id}`,
          taskQueue: TaskQueue.control,
          args: [input],
        });
      const cancelled = (handle: WorkflowHandle) => endOf(handle, () => handle.cancel());
      const ended = (handle: WorkflowHandle, update = cancelLifecycle) =>
        endOf(handle, () => handle.executeUpdate(forTemporal(update), { args: [by] }));
      const [approval, release, job, stubborn, hangs, lost, failed, unnamed] = await Promise.all([
        child('approval', approvalInput).then(cancelled),
        child('release', releaseInput).then(cancelled),
        child('trainingJob', aJob(`job-${id}`)).then(cancelled),
        startLifecycle(client, `stubborn-${id}`).then((handle) => ended(handle)),
        startLifecycle(client, `hangs-${id}`).then((handle) => ended(handle)),
        startLifecycle(client, `away-${id}`).then((handle) => ended(handle)),
        startLifecycle(client, `away-and-failed-${id}`).then((handle) => ended(handle, failLifecycle)),
        startLifecycle(client, `away-unnamed-${id}`).then(cancelled),
      ]);
      // A worker ends only after its activities.
      letGo();
      return { approval, release, job, stubborn, hangs, lost, failed, unnamed };
    });
    for (const [name, { ms }] of Object.entries(ends)) expect(ms, name).toBeLessThan(MINUTE_MS);
    for (const name of ['approval', 'release', 'job'] as const)
      expect(ends[name].status, name).toBe('CANCELLED');
    for (const name of ['stubborn', 'hangs', 'lost'] as const)
      expect(ends[name].result, name).toMatchObject({
        outcome: 'cancelled',
        reason: 'cancelled by ada: it will not end',
      });
    expect(ends.failed.status).toBe('FAILED');
    expect(failureIn(ends.failed.error)).toMatchObject({
      type: 'EndedByOperator',
      message: 'ended as failed by ada: it will not end',
    });
    expect(ends.unnamed.status).toBe('CANCELLED');
  });
});
