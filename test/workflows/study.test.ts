import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studyLeaderboard } from '../../contracts/job-lease.js';
import { studyId } from '../../contracts/ids.js';
import { Training } from '../../contracts/spec/training.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { StudyInput, StudyResult, TrainingJobInput } from '../../contracts/training.js';
import { aTable, anArtifact, sha } from '../support/fixtures.js';
import {
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

let stage: TrainingStage;
beforeAll(async () => {
  stage = await trainingStage(await workflowHarness('test/workflows/fakes/training.ts', 'study'));
});
afterAll(() => stage?.close());

const aStudy = (trials = 6, parallel = 2): StudyInput => ({
  model: 'tiny',
  run: `r-${randomUUID().slice(0, 8)}`,
  specDigest: sha('spec'),
  code: anArtifact('code'),
  environment: anArtifact('environment'),
  training: Training.parse({
    code: 'trainer',
    command: ['python', 'train.py'],
    environment: 'requirements.lock',
    params: { objective: 'binary' },
    search: {
      trials,
      parallel,
      objective: { metric: 'log_loss', goal: 'minimize' },
      space: { rate: { float: [0.1, 0.9] } },
      fixed: { rounds: 10 },
    },
  }),
  columns: { features: ['x'], label: 'label' },
  search: aTable('search'),
  validation: aTable('validation'),
});

const start = (client: Client, input: StudyInput) =>
  client.workflow.start<(input: StudyInput) => Promise<StudyResult>>('study', {
    workflowId: studyId(input.model, input.run),
    taskQueue: TaskQueue.control,
    args: [input],
  });
/** Results by rate: a trial's loss is its rate, so the smallest rate wins. */
const byRate = ({ params }: TrainingJobInput) => succeeds(Number(params['rate']));
const trialOf = ({ intent }: TrainingJobInput) => Number(intent.split('trial-')[1]);

describe('a study', () => {
  it('finds the trial with the best objective, at most so many at a time', async () => {
    const fake = fakeTraining({
      collect: byRate,
      // Two trials run at once. Each waits until the other has started, except the last one.
      watch: async () => {
        await until(async () => fake.seen.most === 2);
        return 'ended';
      },
    });
    const input = aStudy();
    const { best, leaderboard, spend } = await stage.play(fake, async (client) =>
      (await start(client, input)).result(),
    );
    const rates = fake.dispatched.map(({ job }) => Number(job.params['rate']));
    expect(best.value).toBe(Math.min(...rates));
    expect(best.params).toMatchObject({ objective: 'binary', rounds: 10, rate: best.value });
    expect(leaderboard).toMatchObject({ done: 6, failed: 0, total: 6 });
    expect(leaderboard.trials.map((trial) => trial.value)).toEqual([...rates].sort((a, b) => a - b));
    expect(spend.wallSeconds).toBe(12);
    expect(fake.seen.most).toBe(2);
    expect(new Set(fake.dispatched.map(({ job }) => job.intent)).size).toBe(6);
    expect(Object.keys(fake.dispatched[0]!.job.channels)).toEqual(['train', 'validation']);
  });

  it('tries the same points again when it runs again', async () => {
    const points = async () => {
      const fake = fakeTraining({ collect: byRate });
      await stage.play(fake, async (client) => (await start(client, aStudy(4))).result());
      return new Map(fake.dispatched.map(({ job }) => [trialOf(job), job.params]));
    };
    expect(await points()).toEqual(await points());
  });

  it('goes on without the trials that die', async () => {
    const fake = fakeTraining({
      collect: (job) =>
        trialOf(job) % 2 ? fails('user', { exitCode: 64, reason: 'rate is too high' }) : byRate(job),
    });
    const { best, leaderboard } = await stage.play(fake, async (client) =>
      (await start(client, aStudy())).result(),
    );
    expect(best.trial % 2).toBe(0);
    expect(leaderboard).toMatchObject({ done: 3, failed: 3 });
    expect(leaderboard.trials.at(-1)?.reason).toContain('rate is too high');
  });

  it('fails with the reasons when every trial dies', async () => {
    const fake = fakeTraining({ collect: () => fails('user', { exitCode: 64, reason: 'rate is too high' }) });
    await stage.play(fake, async (client) => {
      const error = await (await start(client, aStudy(3))).result().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      const { cause } = error as WorkflowFailedError;
      expect(cause).toMatchObject({ type: 'NoViableTrial' });
      expect(cause?.message).toContain('all 3 trials of tiny');
      expect(cause?.message).toContain('- trial 0, 1, 2: failed (refused by the trainer, exit code 64');
    });
  });

  it('shows its leaderboard while it runs, and stops every job when it is cancelled', async () => {
    const wait = forever(() => Context.current());
    const fake = fakeTraining({
      collect: (job) => (trialOf(job) === 0 ? byRate(job) : fails('cancelled', { state: 'cancelled' })),
      watch: async () =>
        Context.current().info.workflowExecution?.workflowId.endsWith('trial-0') ? 'ended' : wait(),
    });
    await stage.play(fake, async (client) => {
      const handle = await start(client, aStudy(5));
      await until(
        async () => fake.dispatched.length === 3 && fake.calls.filter((c) => c === 'watchJob').length === 3,
      );
      const board = await handle.query(forTemporal(studyLeaderboard));
      expect(board.trials.map(({ state }) => state)).toEqual(['succeeded', 'running', 'running']);
      expect(board).toMatchObject({ done: 1, running: 2, total: 5 });
      await handle.cancel();
      await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    expect(fake.cancelled).toHaveLength(2);
    expect(fake.dispatched).toHaveLength(3);
  });
});
