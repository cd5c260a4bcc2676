import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lifecycleId } from '../../contracts/ids.js';
import {
  type LifecycleInput,
  type LifecycleResult,
  cancelLifecycle,
  lifecycleState,
} from '../../contracts/lifecycle.js';
import type { EvaluationInput } from '../../contracts/evaluation.js';
import type {
  Champion,
  CloseRunInput,
  RecordEvaluationInput,
  RegisterVersionInput,
} from '../../contracts/registry.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { aPackedSpec, anArtifact, anEvaluation, sha } from '../support/fixtures.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/lifecycle-children.ts', 'lifecycle');
});
afterAll(() => harness?.close());

const input = (run: string): LifecycleInput => ({
  model: 'tiny',
  run,
  specDigest: sha('spec'),
  asOf: '2001-02-01T00:00:00.000Z',
  startedBy: 'ada',
  reason: 'test',
  triggerId: null,
  history: null,
  reuseHyperparameters: false,
});

/** Fake activities that record their calls. */
function recorder(rocAuc = 0.77, champion: Champion | null = null) {
  const evaluated: EvaluationInput[] = [];
  const closed: CloseRunInput[] = [];
  const registered: RegisterVersionInput[] = [];
  const evaluations: RecordEvaluationInput[] = [];
  const called: string[] = [];
  return {
    closed,
    evaluated,
    registered,
    evaluations,
    called,
    activities: {
      openRun: async () => {
        called.push('openRun');
        return { packed: aPackedSpec(), champion: null };
      },
      findChampion: async () => champion,
      setStage: async ({ stage }: { stage: string }) => void called.push(stage),
      evaluateModels: async (request: EvaluationInput) => {
        evaluated.push(request);
        return anEvaluation(rocAuc);
      },
      recordEvaluation: async (request: RecordEvaluationInput) => void evaluations.push(request),
      registerVersion: async (request: RegisterVersionInput) => {
        registered.push(request);
        return { model: 'tiny', version: 1 };
      },
      ensureLoop: async () => void called.push('ensureLoop'),
      closeRun: async (request: CloseRunInput) => void closed.push(request),
    },
  };
}

const start = (run: string) =>
  harness.client.workflow.start('lifecycle', {
    workflowId: lifecycleId('tiny', run),
    taskQueue: TaskQueue.control,
    args: [input(run)],
  });

describe('a lifecycle', () => {
  it('goes from charter to promoted, and hands the winning parameters to the final fit and the registry', async () => {
    const seen = recorder();
    const result = await harness.run(
      seen.activities,
      async () => (await (await start('happy')).result()) as LifecycleResult,
    );
    expect(result).toMatchObject({ outcome: 'promoted', version: 1, metrics: { roc_auc: 0.77 } });
    expect(seen.called).toEqual([
      'openRun',
      'data',
      'training',
      'evaluation',
      'registry',
      'approval',
      'release',
      'loop',
      'ensureLoop',
    ]);
    expect(seen.registered[0]?.trained.params).toEqual({ rounds: 4, sample: 0.5 });
    expect(seen.closed).toEqual([
      { model: 'tiny', run: 'happy', outcome: 'promoted', reason: 'version 1 is the champion' },
    ]);
  });

  it('is compared with the champion of the moment when it is judged, and not of its beginning', async () => {
    const champion = { version: 7, model: anArtifact('model 7'), params: {} };
    const seen = recorder(0.77, champion);
    await harness.run(seen.activities, async () => void (await (await start('overtaken')).result()));
    expect(seen.evaluated[0]?.champion).toEqual({ version: 7, model: champion.model });
  });

  it('ends as refused, with the figures and without a version, when a gate says no', async () => {
    const seen = recorder(0.6);
    const result = await harness.run(
      seen.activities,
      async () => (await (await start('refused')).result()) as LifecycleResult,
    );
    expect(result.outcome).toBe('refused');
    expect(result.reason).toContain('0.6');
    expect(seen.evaluations).toHaveLength(1);
    expect(seen.registered).toEqual([]);
    expect(seen.called).not.toContain('approval');
  });

  it.each([
    ['rejected', 'rejected'],
    ['expired', 'expired'],
    ['breaks', 'rolled-back'],
  ])('ends as a decision and not as a failure when run "%s" is %s', async (run, outcome) => {
    const seen = recorder();
    const result = await harness.run(
      seen.activities,
      async () => (await (await start(run)).result()) as LifecycleResult,
    );
    expect(result.outcome).toBe(outcome);
    expect(seen.called).not.toContain('ensureLoop');
    expect(seen.closed[0]?.outcome).toBe(outcome);
  });

  it('fails with the reason of bad data, runs nothing downstream and closes the run', async () => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await start('bad-data');
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    });
    expect(seen.called).toEqual(['openRun', 'data']);
    expect(seen.closed[0]).toMatchObject({ outcome: 'failed' });
    expect(seen.closed[0]?.reason).toContain('30 % of 100 rows are null');
  });

  it('fails the execution, and not the workflow task, on input that is not valid', async () => {
    await harness.run(recorder().activities, async (client) => {
      const handle = await client.workflow.start('lifecycle', {
        workflowId: 'lifecycle/tiny/invalid',
        taskQueue: TaskQueue.control,
        args: [{ model: 'UPPER' }],
      });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    });
  });

  it('stops what it waits for and says who cancelled it and why', async () => {
    const seen = recorder();
    const result = await harness.run(seen.activities, async () => {
      const handle = await start('waits');
      await expect
        .poll(async () => (await handle.query(forTemporal(lifecycleState))).stage, { timeout: 15_000 })
        .toBe('training');
      await expect(
        handle.executeUpdate(forTemporal(cancelLifecycle), { args: [{ by: '', reason: '' }] }),
      ).rejects.toThrow();
      await handle.executeUpdate(forTemporal(cancelLifecycle), {
        args: [{ by: 'ada', reason: 'wrong data' }],
      });
      return (await handle.result()) as LifecycleResult;
    });
    expect(result).toMatchObject({ outcome: 'cancelled', reason: 'cancelled by ada: wrong data' });
    expect(seen.closed[0]?.outcome).toBe('cancelled');
  });

  it('is promoted, and watched, when the cancel comes after the champion has moved', async () => {
    const seen = recorder();
    let loopMayEnd = (): void => undefined;
    const held = new Promise<void>((resolve) => (loopMayEnd = resolve));
    const activities = { ...seen.activities, ensureLoop: () => held };
    const result = await harness.run(activities, async () => {
      const handle = await start('late-cancel');
      await expect
        .poll(async () => (await handle.query(forTemporal(lifecycleState))).stage, { timeout: 15_000 })
        .toBe('loop');
      await handle.executeUpdate(forTemporal(cancelLifecycle), { args: [{ by: 'ada', reason: 'too late' }] });
      loopMayEnd();
      return (await handle.result()) as LifecycleResult;
    });
    expect(result.outcome).toBe('promoted');
    expect(seen.closed).toEqual([
      { model: 'tiny', run: 'late-cancel', outcome: 'promoted', reason: 'version 1 is the champion' },
    ]);
  });
});
