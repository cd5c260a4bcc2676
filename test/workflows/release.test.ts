import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation, PromoteInput, RollBackInput, SetRoutesInput } from '../../contracts/deployment.js';
import { FailureType } from '../../contracts/failures.js';
import { releaseId } from '../../contracts/ids.js';
import {
  type CanaryEvidence,
  ReleaseInput,
  type ReleaseResult,
  type RouteTable,
  abortRelease,
  pauseRelease,
  releaseState,
  resumeRelease,
} from '../../contracts/release.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { DeploymentActivities } from '../../activities/deployment/index.js';
import { anArtifact, sha } from '../support/fixtures.js';
import { skippingTime } from '../support/time-skipping.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/release.ts', 'release');
});
afterAll(() => harness?.close());

const served = (version: number) => ({
  version,
  model: anArtifact(`model ${version}`),
  golden: anArtifact(`golden ${version}`),
  features: ['x'],
});
let releases = 1;
const input = (version: number): ReleaseInput =>
  ReleaseInput.parse({
    model: 'tiny',
    run: `run-${version}`,
    specDigest: sha('spec'),
    candidate: served(version),
    spec: {
      canary: { share: '10%', minRequests: 100, minTime: '1s', maxTime: '1m' },
      guardrails: { errorRate: '1%' },
    },
  });

const note = { by: 'ada', reason: 'looks odd' };
const good: CanaryEvidence = {
  requests: 200,
  errors: 0,
  latencyP99Ms: 2,
  compared: 200,
  meanAbsoluteDifference: 0.001,
};
const observed: Observation = { state: 'observed', why: '1 of 1 gateways serve it' };

/** An in-memory fake of the database and the gateways. */
function aServing(champion: number | null, change: Partial<DeploymentActivities> = {}) {
  let table: RouteTable | null =
    champion === null
      ? null
      : {
          model: 'tiny',
          generation: 7,
          champion: served(champion),
          candidate: null,
          candidateShare: 0,
          salt: 's',
        };
  const shares: number[] = [];
  const promoted: PromoteInput[] = [];
  const rolledBack: RollBackInput[] = [];
  const activities: DeploymentActivities = {
    readRoutes: async () => table,
    setRoutes: async (asked: SetRoutesInput) => {
      shares.push(asked.table.candidateShare);
      return (table = { ...asked.table, generation: asked.expectedGeneration + 1 });
    },
    awaitObserved: async () => observed,
    watchCanary: async () => good,
    promote: async (asked) => {
      promoted.push(asked);
      return { outcome: 'promoted', generation: asked.expectedGeneration + 1 };
    },
    rollBack: async (asked) => {
      rolledBack.push(asked);
      return { outcome: 'rolled-back', generation: 9 };
    },
    ...change,
  };
  return { shares, promoted, rolledBack, activities };
}

/** Each release is of a new version, so that its workflow id is new. */
const start = (more: Partial<ReleaseInput> = {}) => {
  const version = ++releases;
  return harness.client.workflow.start('release', {
    workflowId: releaseId('tiny', version),
    taskQueue: TaskQueue.control,
    args: [{ ...input(version), ...more }],
  });
};
const finish = (activities: DeploymentActivities, more: Partial<ReleaseInput> = {}) =>
  skippingTime(harness.client, () =>
    harness.run(activities, async () => (await (await start(more)).result()) as ReleaseResult),
  );
const stateOf = (handle: Awaited<ReturnType<typeof start>>) => handle.query(forTemporal(releaseState));
async function reached(handle: Awaited<ReturnType<typeof start>>, stage: string): Promise<void> {
  while ((await stateOf(handle)).stage !== stage) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a release', () => {
  it('loads without traffic, splits it, judges, and promotes with the figures as the reason', async () => {
    const serving = aServing(1);
    const result = await finish(serving.activities);
    expect(result).toMatchObject({ outcome: 'promoted', evidence: good, generation: 10 });
    expect(result.reason).toContain('200 requests, 0 errors');
    expect(serving.shares).toEqual([0, 0.1]);
    expect(serving.promoted).toMatchObject([{ expectedGeneration: 9, evidence: good }]);
    expect(serving.rolledBack).toEqual([]);
  });

  it('goes from warm-up straight to promotion when there is no champion, and says so', async () => {
    const serving = aServing(null);
    const result = await finish(serving.activities);
    expect(result).toMatchObject({ outcome: 'promoted', evidence: null });
    expect(result.reason).toContain('no champion to compare with');
    expect(serving.shares).toEqual([0]);
  });

  it('waits through canaries that are not ready, and promotes when they are', async () => {
    const answers = [{ ...good, requests: 3 }, { ...good, compared: 0 }, good];
    const serving = aServing(1, { watchCanary: async () => answers.shift() ?? good });
    expect(await finish(serving.activities)).toMatchObject({ outcome: 'promoted' });
    expect(answers).toEqual([]);
  });

  it.each<[string, Partial<DeploymentActivities>, string]>([
    ['a guardrail breaks', { watchCanary: async () => ({ ...good, errors: 9 }) }, 'errors 4.5 % above 1 %'],
    [
      'traffic does not come in time',
      { watchCanary: async () => ({ ...good, requests: 3 }) },
      'canary.maxTime of 1m is over',
    ],
    [
      'a gateway refuses the model',
      { awaitObserved: async () => ({ state: 'refused', why: 'gateway g: golden request 0 scored 0.4' }) },
      'WarmUpFailed: gateway g: golden request 0',
    ],
    [
      'no gateway is alive for ten minutes',
      { awaitObserved: async () => ({ state: 'unreachable', why: 'no gateway has reported' }) },
      'ServingUnreachable: no gateway has reported',
    ],
    [
      'somebody else moves the routes',
      {
        setRoutes: async () => {
          throw ApplicationFailure.nonRetryable('routes are at 9', FailureType.VersionConflict);
        },
      },
      'VersionConflict: routes are at 9',
    ],
    [
      'the promotion is refused',
      {
        promote: async () => {
          throw ApplicationFailure.nonRetryable('routes are at 12', FailureType.VersionConflict);
        },
      },
      'VersionConflict: routes are at 12',
    ],
  ])('rolls back when %s, with the reason', async (_when, change, reason) => {
    const serving = aServing(1, change);
    const result = await finish(serving.activities);
    expect(result.outcome).toBe('rolled-back');
    expect(result.reason).toContain(reason);
    expect(serving.rolledBack).toHaveLength(1);
    expect(serving.rolledBack[0]?.reason).toBe(result.reason);
  });

  it('stays promoted when its gateways are late to observe it, and when the answer of the promotion was lost', async () => {
    let asked = 0;
    const late = aServing(1, {
      awaitObserved: async () => (++asked <= 2 ? observed : { state: 'waiting', why: 'waiting for g' }),
    });
    const result = await finish(late.activities);
    expect(result.outcome).toBe('promoted');
    expect(result.reason).toContain('ServingUnreachable: waiting for g');
    const lost = aServing(1, {
      promote: async () => {
        throw ApplicationFailure.nonRetryable('connection lost');
      },
      rollBack: async () => ({ outcome: 'promoted', generation: 10 }),
    });
    expect(await finish(lost.activities)).toMatchObject({ outcome: 'promoted', generation: 10 });
  });

  it.each([
    ['another version', 2, 1, 'was compared with version 1, and version 2 is the champion now'],
    ['the first version', 1, null, 'was compared with no champion, and version 1 is the champion now'],
    ['none', null, 1, 'was compared with version 1, and there is none now'],
  ])(
    'gives no traffic when %s became the champion after its evaluation',
    async (_, now, comparedWith, why) => {
      const serving = aServing(now);
      const result = await finish(serving.activities, { comparedWith });
      expect(result).toMatchObject({ outcome: 'rolled-back' });
      expect(result.reason).toContain(`ChampionChanged: version ${releases} ${why}`);
      expect(serving.shares).toEqual([]);
      expect(serving.promoted).toEqual([]);
    },
  );

  it('goes on when the champion is the one that it was compared with', async () => {
    const serving = aServing(1);
    expect(await finish(serving.activities, { comparedWith: 1 })).toMatchObject({ outcome: 'promoted' });
  });

  it('of a version that serves already ends at once', async () => {
    const serving = aServing(releases + 1);
    expect(await finish(serving.activities)).toMatchObject({ outcome: 'promoted', generation: 7 });
    expect(serving.shares).toEqual([]);
  });

  it('is held by pause, continued by resume, and refuses a senseless update before it is recorded', async () => {
    const serving = aServing(1);
    await harness.run(serving.activities, async () => {
      const handle = await start();
      await handle.executeUpdate(forTemporal(pauseRelease), { args: [note] });
      expect((await stateOf(handle)).paused).toBe(true);
      for (const [update, args] of [
        [pauseRelease, note],
        [abortRelease, { by: '', reason: 'x' }],
      ] as const)
        await expect(handle.executeUpdate(forTemporal(update), { args: [args] })).rejects.toThrow(
          WorkflowUpdateFailedError,
        );
      expect(serving.promoted).toEqual([]);
      expect((await handle.executeUpdate(forTemporal(resumeRelease), { args: [note] })).why).toBe(
        'resumed by ada: looks odd',
      );
      expect(await handle.result()).toMatchObject({ outcome: 'promoted' });
    });
  });

  it('is protected by its guardrails also while it is paused', async () => {
    let paused = false;
    const serving = aServing(1, {
      watchCanary: async () => ({ ...good, requests: 9, errors: paused ? 9 : 0 }),
    });
    await harness.run(serving.activities, async () => {
      const handle = await start();
      await reached(handle, 'canary');
      await handle.executeUpdate(forTemporal(pauseRelease), { args: [note] });
      paused = true;
      expect(await handle.result()).toMatchObject({ outcome: 'rolled-back' });
    });
  });

  it('rolls back when an operator aborts it, and names who and why', async () => {
    const serving = aServing(1, { watchCanary: async () => ({ ...good, requests: 1 }) });
    await harness.run(serving.activities, async () => {
      const handle = await start();
      await reached(handle, 'canary');
      await handle.executeUpdate(forTemporal(abortRelease), { args: [note] });
      expect(await handle.result()).toMatchObject({
        outcome: 'rolled-back',
        reason: 'aborted by ada: looks odd',
      });
    });
    expect(serving.rolledBack).toHaveLength(1);
  });

  it.each(['warming', 'canary'])(
    'that is cancelled while %s rolls back and ends as cancelled',
    async (stage) => {
      const never = async (): Promise<never> => {
        for (;;) {
          Context.current().heartbeat();
          await Context.current().sleep(20);
        }
      };
      const serving = aServing(1, stage === 'canary' ? { watchCanary: never } : { awaitObserved: never });
      await harness.run(serving.activities, async () => {
        const handle = await start();
        await reached(handle, stage);
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
        expect((await handle.describe()).status.name).toBe('CANCELLED');
        expect(serving.rolledBack).toMatchObject([{ reason: 'the release was cancelled' }]);
      });
    },
  );

  it('shows an operator the stage, the figures and what it waits for', async () => {
    const serving = aServing(1, { watchCanary: async () => ({ ...good, requests: 1 }) });
    await harness.run(serving.activities, async () => {
      const handle = await start();
      await reached(handle, 'canary');
      while ((await stateOf(handle)).evidence === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
        expect.arrayContaining([
          ['Stage', 'canary'],
          ['Model', 'tiny'],
        ]),
      );
      expect((await stateOf(handle)).why).toContain('99 more requests');
      await handle.executeUpdate(forTemporal(abortRelease), { args: [note] });
      await handle.result();
    });
  });
});
