import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobProgress, trainingJobState } from '../../contracts/job-lease.js';
import { trainingJobId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { TrainingJobInput, TrainingJobResult } from '../../contracts/training.js';
import { skippingTime } from '../support/time-skipping.js';
import {
  aJob,
  fails,
  fakeTraining,
  forever,
  succeeds,
  type TrainingStage,
  trainingStage,
} from '../support/training/fake-activities.js';
import { until } from '../support/until.js';
import { workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';
import { messageAndRemedy } from '../../workflows/policy/root-message.js';

let stage: TrainingStage;
beforeAll(async () => {
  stage = await trainingStage(await workflowHarness('test/workflows/fakes/training.ts', 'training-job'));
});
afterAll(() => stage?.close());

const start = (client: Client, job: TrainingJobInput) =>
  client.workflow.start<(input: TrainingJobInput) => Promise<TrainingJobResult>>('trainingJob', {
    workflowId: trainingJobId(job.intent),
    taskQueue: TaskQueue.control,
    args: [job],
  });
const aRun = () => `r-${randomUUID().slice(0, 8)}`;

/**
 * Run a job to its end.
 *
 * @returns its result, or the failure that ended it
 */
async function end(fake: ReturnType<typeof fakeTraining>, job = aJob(aRun())) {
  return stage.play(fake, (client) =>
    skippingTime(client, async () => {
      const handle = await start(client, job);
      try {
        return { result: await handle.result(), failure: undefined };
      } catch (error) {
        if (!(error instanceof WorkflowFailedError)) throw error;
        return { result: undefined, failure: error.cause as Error & { type?: string } };
      }
    }),
  );
}

describe('a training job', () => {
  it('ends with metrics, model and spend of its attempt', async () => {
    const fake = fakeTraining({ collect: () => succeeds() });
    const { result } = await end(fake);
    expect(result).toMatchObject({ attempt: 1, metrics: { log_loss: 0.4 }, spend: { wallSeconds: 2 } });
    expect(fake.calls).toEqual(['buildEnvironment', 'dispatchJob', 'watchJob', 'collectJob']);
  });

  it('begins a new attempt after each failure of the infrastructure, and counts the seconds of all', async () => {
    const fake = fakeTraining({
      collect: (_, attempt) => (attempt < 5 ? fails(attempt % 2 ? 'infrastructure' : 'lost') : succeeds()),
    });
    const { result } = await end(fake);
    expect(fake.dispatched.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(result).toMatchObject({ attempt: 5, spend: { wallSeconds: 10, cpuSeconds: 5 } });
  });

  it('goes on with the attempt that an earlier run of the workflow began', async () => {
    const fake = fakeTraining({ collect: () => succeeds(), openAt: 3 });
    expect((await end(fake)).result).toMatchObject({ attempt: 3 });
    expect(fake.dispatched).toHaveLength(1);
  });

  it('asks for twice the memory after an out-of-memory', async () => {
    const fake = fakeTraining({
      collect: (_, attempt) => (attempt === 1 ? fails('outOfMemory') : succeeds()),
    });
    await end(fake);
    expect(fake.dispatched.map(({ memoryFactor }) => memoryFactor)).toEqual([1, 2]);
  });

  it.each([
    [
      fails('user', { exitCode: 64, reason: 'rate must be below 1' }),
      'TrainerRefused',
      'rate must be below 1',
    ],
    [fails('user', { exitCode: 1 }), 'TrainerFailed', 'Mend the trainer.'],
    [fails('contract', { exitCode: 0 }), 'TrainerContractViolated', 'model/model.onnx'],
  ])('gives up at once when the fault is the trainer’s own', async (outcome, type, text) => {
    const fake = fakeTraining({ collect: () => outcome });
    const { failure } = await end(fake);
    expect(failure).toMatchObject({ type });
    expect(messageAndRemedy(failure)).toContain(text);
    expect(fake.dispatched).toHaveLength(1);
  });

  it('gives up when the budget of a failure class is used', async () => {
    const fake = fakeTraining({ collect: () => fails('preempted') });
    const retries = { infrastructure: 0, preempted: 2, outOfMemory: 0, user: 0 };
    const { failure } = await end(fake, aJob(aRun(), { retries }));
    expect(failure).toMatchObject({ type: 'JobLost' });
    expect(messageAndRemedy(failure)).toContain('All 2 retries for this are used.');
    expect(fake.dispatched).toHaveLength(3);
  });

  it('stops a job that lives past its deadline', async () => {
    const fake = fakeTraining({ collect: () => fails('timedOut'), watch: async () => 'overdue' });
    const { failure } = await end(fake);
    expect(failure).toMatchObject({ type: 'JobTimedOut' });
    expect(fake.calls.slice(-3)).toEqual(['watchJob', 'cancelJob', 'collectJob']);
  });

  it('fails, and does not hang, on input that it cannot read', async () => {
    const { failure } = await end(fakeTraining({ collect: () => succeeds() }), {
      ...aJob(aRun()),
      resources: { cpus: 0, memory: '1GiB', gpus: 0, nodes: 1 },
    });
    expect(failure).toMatchObject({ type: 'InvalidInput' });
    expect(failure?.message).toContain('resources.cpus');
  });

  it('ends a cancel only once its job is stopped and settled', async () => {
    const fake = fakeTraining({
      collect: () => fails('cancelled', { state: 'cancelled' }),
      watch: forever(() => Context.current()),
    });
    await stage.play(fake, async (client) => {
      const handle = await start(client, aJob(aRun()));
      await until(async () => fake.calls.includes('watchJob'));
      await handle.cancel();
      await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    expect(fake.calls.slice(-2)).toEqual(['cancelJob', 'collectJob']);
    expect(fake.cancelled).toMatchObject([{ attempt: 1, reason: 'its workflow was cancelled' }]);
  });

  it('tells attempt, phase and progress while it runs', async () => {
    const fake = fakeTraining({ collect: () => succeeds(), watch: forever(() => Context.current()) });
    await stage.play(fake, async (client) => {
      const handle = await start(client, aJob(aRun()));
      await until(async () => fake.calls.includes('watchJob'));
      const progress = { step: 3, total: 10, metrics: { loss: 0.5 }, at: '2001-01-01T00:00:00.000Z' };
      await handle.signal(forTemporal(jobProgress), progress);
      expect(await handle.query(forTemporal(trainingJobState))).toMatchObject({
        attempt: 1,
        phase: 'running',
        progress,
      });
      const { staticDetails: _, ...described } = await handle.describe();
      expect(described.typedSearchAttributes.getAll()).toEqual(
        expect.arrayContaining([expect.objectContaining({ value: 'local' })]),
      );
      await handle.cancel();
      await handle.result().catch(() => undefined);
    });
  });
});
