import { Context } from '@temporalio/activity';
import {
  type Client,
  type WorkflowHandle,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studyId, trainingJobId, trialIntent } from '../../contracts/ids.js';
import { studyLeaderboard } from '../../contracts/job-lease.js';
import {
  type StudyRun,
  extendStudy,
  pauseStudy,
  resumeStudy,
  stopStudy,
  studyProgress,
} from '../../contracts/study.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { StudyResult, TrainingJobInput } from '../../contracts/training.js';
import {
  fails,
  fakeTraining,
  forever,
  succeeds,
  type TrainingStage,
  trainingStage,
} from '../support/training/fake-activities.js';
import { aStudy } from '../support/training/a-study.js';
import { skippingTime } from '../support/time-skipping.js';
import { until } from '../support/until.js';
import { workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

let stage: TrainingStage;
beforeAll(async () => {
  stage = await trainingStage(await workflowHarness('test/workflows/fakes/training.ts', 'study-entity'));
});
afterAll(() => stage?.close());

type Study = (study: StudyRun) => Promise<StudyResult>;
const start = (client: Client, input: StudyRun): Promise<WorkflowHandle<Study>> =>
  client.workflow.start<Study>('study', {
    workflowId: studyId(input.model, input.run),
    taskQueue: TaskQueue.control,
    args: [input],
  });
const [pause, resume] = [forTemporal(pauseStudy), forTemporal(resumeStudy)];
const [extend, stop] = [forTemporal(extendStudy), forTemporal(stopStudy)];
const progressOf = (handle: WorkflowHandle<Study>) => handle.query(forTemporal(studyProgress));
const byRate = ({ params }: TrainingJobInput) => succeeds(Number(params['rate']));
const trialOf = ({ intent }: TrainingJobInput) => Number(intent.split('trial-')[1]);
const trialHere = () => Number(Context.current().info.workflowExecution?.workflowId.split('trial-')[1]);
const wait = forever(() => Context.current());
const by = { by: 'ines', reason: 'the night' };

/** Number of events of every run of a study, newest run last. */
async function runsOf(client: Client, input: StudyRun): Promise<number[]> {
  const query = `WorkflowId = '${studyId(input.model, input.run)}'`;
  const found: { at: number; events: number }[] = [];
  for await (const run of client.workflow.list({ query }))
    found.push({ at: run.startTime.getTime(), events: run.historyLength });
  return found.sort((a, b) => a.at - b.at).map(({ events }) => events);
}

describe('a study of many trials', () => {
  it('continues as new with its trials in flight, and neither loses nor doubles one', async () => {
    const fake = fakeTraining({ collect: byRate });
    const input = aStudy({ trials: 60, parallel: 7 }, { eventsPerRun: 120 });
    await stage.play(fake, async (client) => {
      const { best, leaderboard, spend } = await (await start(client, input)).result();
      expect(leaderboard).toMatchObject({ done: 60, failed: 0, total: 60 });
      expect(fake.dispatched.map(({ job }) => trialOf(job)).sort((a, b) => a - b)).toEqual([
        ...Array(60).keys(),
      ]);
      expect(best.value).toBe(Math.min(...fake.dispatched.map(({ job }) => Number(job.params['rate']))));
      expect(spend.wallSeconds).toBe(120);
      expect(fake.recorded.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
      await until(async () => (await runsOf(client, input)).length > 2);
      expect(Math.max(...(await runsOf(client, input)))).toBeLessThan(300);
    });
  });

  it('hears of a trial that ends runs after the one that started it', async () => {
    let letGo: () => void = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const fake = fakeTraining({
      collect: byRate,
      watch: async () => {
        const ctx = Context.current();
        if (trialHere() !== 0) return 'ended';
        const timer = setInterval(() => ctx.heartbeat(), 50);
        await held;
        clearInterval(timer);
        return 'ended';
      },
    });
    const input = aStudy({ trials: 30, parallel: 3 }, { eventsPerRun: 100 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => (await progressOf(handle)).succeeded === 29);
      expect((await runsOf(client, input)).length).toBeGreaterThan(1);
      letGo();
      const { leaderboard } = await handle.result();
      expect(leaderboard).toMatchObject({ done: 30, total: 30 });
    });
  });

  it('fills all its parallel places, even if they are more than it starts at once', async () => {
    const fake = fakeTraining({
      collect: byRate,
      watch: async () => {
        await until(async () => fake.seen.most === 70);
        return 'ended';
      },
    });
    await stage.play(fake, async (client) => {
      const { leaderboard } = await (await start(client, aStudy({ trials: 90, parallel: 70 }))).result();
      expect(leaderboard.done).toBe(90);
      expect(fake.seen.most).toBe(70);
    });
  });

  it('finds a trial that was terminated after the run that started it was over', async () => {
    const fake = fakeTraining({
      collect: byRate,
      watch: async () => (trialHere() === 0 ? wait() : 'ended'),
      ended: () => [{ trial: 0, status: 'TERMINATED' }],
    });
    const input = aStudy({ trials: 30, parallel: 3 }, { eventsPerRun: 100 });
    await stage.play(fake, async (client) => {
      const handle = await skippingTime(client, () => start(client, input));
      const { leaderboard } = await handle.result();
      expect(leaderboard).toMatchObject({ done: 29, failed: 1 });
      expect(leaderboard.trials.at(-1)?.reason).toContain('TERMINATED');
      await client.workflow.getHandle(trainingJobId(trialIntent('tiny', input.run, 0))).terminate();
    });
  });

  it('counts a trial as failed whose workflow is terminated while its run is there', async () => {
    const fake = fakeTraining({ collect: byRate, watch: async () => (trialHere() === 1 ? wait() : 'ended') });
    const input = aStudy({ trials: 4 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => (await progressOf(handle)).succeeded === 3);
      await client.workflow.getHandle(trainingJobId(trialIntent('tiny', input.run, 1))).terminate('gone');
      expect((await handle.result()).leaderboard).toMatchObject({ done: 3, failed: 1 });
    });
  });

  it('goes on without a trial that a person cancels', async () => {
    const fake = fakeTraining({
      collect: (job) => (trialOf(job) === 1 ? fails('cancelled', { state: 'cancelled' }) : byRate(job)),
      watch: async () => (trialHere() === 1 ? wait() : 'ended'),
    });
    const input = aStudy({ trials: 4 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => (await progressOf(handle)).succeeded === 3);
      await client.workflow.getHandle(trainingJobId(trialIntent('tiny', input.run, 1))).cancel();
      const { leaderboard } = await handle.result();
      expect(leaderboard).toMatchObject({ done: 3, failed: 1 });
      expect(leaderboard.trials.at(-1)?.reason).toBe('its job was cancelled');
    });
  });

  it('stops the trials that earlier runs started too when it is cancelled', async () => {
    const fake = fakeTraining({
      collect: (job) => (trialOf(job) < 2 ? fails('cancelled', { state: 'cancelled' }) : byRate(job)),
      watch: async () => (trialHere() < 2 ? wait() : trialHere() < 28 ? 'ended' : wait()),
    });
    const input = aStudy({ trials: 60, parallel: 4 }, { eventsPerRun: 100 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => (await progressOf(handle)).succeeded === 26 && fake.dispatched.length === 30);
      expect((await runsOf(client, input)).length).toBeGreaterThan(1);
      await handle.cancel();
      await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect(
        fake.cancelled.map(({ intent }) => Number(intent.split('trial-')[1])).sort((a, b) => a - b),
      ).toEqual([0, 1, 28, 29]);
    });
  });
});

describe('people can steer a study: they', () => {
  it('pause and resume it: no trial starts in between, and running trials go on', async () => {
    let open = false;
    const fake = fakeTraining({
      collect: byRate,
      watch: async () => {
        await until(async () => open || trialHere() < 2);
        return 'ended';
      },
    });
    const input = aStudy({ trials: 6 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => fake.dispatched.length === 4);
      expect((await handle.executeUpdate(pause, { args: [by] })).paused).toBe(true);
      const again = await handle.executeUpdate(pause, { args: [by] }).catch((error: unknown) => error);
      expect(again).toBeInstanceOf(WorkflowUpdateFailedError);
      expect((again as WorkflowUpdateFailedError).cause?.message).toContain('ines has paused it already');
      open = true;
      await until(async () => (await progressOf(handle)).running === 0);
      expect((await handle.query(forTemporal(studyLeaderboard))).held).toContain('Paused by ines');
      expect(fake.dispatched).toHaveLength(4);
      expect((await handle.executeUpdate(resume, { args: [by] })).paused).toBe(false);
      expect((await handle.result()).leaderboard.done).toBe(6);
    });
  });

  it('extend it, but not beyond a grid', async () => {
    let open = false;
    const fake = fakeTraining({
      collect: byRate,
      watch: async () => {
        await until(async () => open);
        return 'ended';
      },
    });
    const input = aStudy({ trials: 2, algorithm: 'grid', space: { rate: { choice: [0.1, 0.2, 0.3, 0.4] } } });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      const tooMany = await handle
        .executeUpdate(extend, { args: [{ by: 'ines', trials: 3 }] })
        .catch((error: unknown) => error);
      expect((tooMany as WorkflowUpdateFailedError).cause?.message).toContain('the grid has 4 points');
      expect((await handle.executeUpdate(extend, { args: [{ by: 'ines', trials: 2 }] })).total).toBe(4);
      open = true;
      expect((await handle.result()).leaderboard).toMatchObject({ done: 4, total: 4 });
      expect(fake.dispatched.map(({ job }) => job.params['rate']).sort()).toEqual([0.1, 0.2, 0.3, 0.4]);
    });
  });

  it('stop it: running trials are ended, and the best trial so far wins', async () => {
    const fake = fakeTraining({
      collect: (job) => (trialOf(job) === 0 ? byRate(job) : fails('cancelled', { state: 'cancelled' })),
      watch: async () => (trialHere() === 0 ? 'ended' : wait()),
    });
    const input = aStudy({ trials: 50, parallel: 3 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => fake.dispatched.length === 4);
      await handle.executeUpdate(stop, { args: [by] });
      const { best, leaderboard } = await handle.result();
      expect(best.trial).toBe(0);
      expect(leaderboard).toMatchObject({ done: 1, failed: 0, stopped: 3 });
      expect(leaderboard.held).toContain('Stopped by ines');
      expect(fake.dispatched).toHaveLength(4);
    });
  });

  it('cannot stop it before there is a winner', async () => {
    const fake = fakeTraining({ collect: () => fails('cancelled', { state: 'cancelled' }), watch: wait });
    const input = aStudy({ trials: 4 });
    await stage.play(fake, async (client) => {
      const handle = await start(client, input);
      await until(async () => fake.dispatched.length === 2);
      const error = await handle.executeUpdate(stop, { args: [by] }).catch((caught: unknown) => caught);
      expect((error as WorkflowUpdateFailedError).cause?.message).toContain('no trial has succeeded yet');
      await handle.cancel();
      await handle.result().catch(() => undefined);
    });
  });
});

describe('early stopping', () => {
  const stopped = { rung: 10, step: 11, value: 0.7, place: 3, reached: 3 };

  it('ends a trial that is neither a failure nor a candidate, without a new attempt', async () => {
    const fake = fakeTraining({
      stops: (job) => (trialOf(job) % 2 ? stopped : null),
      collect: (job) =>
        trialOf(job) % 2 ? fails('preempted', { state: 'cancelled', class: 'cancelled' }) : byRate(job),
    });
    const input = aStudy({ algorithm: 'asha', earlyStopping: { minSteps: 10 } });
    await stage.play(fake, async (client) => {
      const { leaderboard, spend } = await (await start(client, input)).result();
      expect(leaderboard).toMatchObject({ done: 3, stopped: 3, failed: 0 });
      expect(leaderboard.trials[3]).toMatchObject({
        state: 'stopped',
        value: 0.7,
        reason: 'stopped early: 0.70000 at step 10, place 3 of 3',
      });
      expect(spend.wallSeconds).toBe(12);
      expect(fake.dispatched).toHaveLength(6);
      expect(fake.cancelled).toHaveLength(3);
      expect(fake.recorded.find(({ trial }) => trial === 1)).toMatchObject({ state: 'stopped', step: 11 });
    });
  });

  it('leaves a result that came first', async () => {
    const fake = fakeTraining({ stops: () => stopped, collect: byRate });
    const input = aStudy({ trials: 2, algorithm: 'asha', earlyStopping: { minSteps: 10 } });
    await stage.play(fake, async (client) => {
      const { leaderboard } = await (await start(client, input)).result();
      expect(leaderboard).toMatchObject({ done: 2, stopped: 0 });
    });
  });
});

describe('a search that is suggested', () => {
  it('asks for points only when a trial can start, and gives them the shared parameters', async () => {
    const fake = fakeTraining({
      collect: byRate,
      suggest: (trials) => trials.map((trial) => ({ trial, params: { rate: 0.5 - trial / 100 } })),
    });
    const input = aStudy({ algorithm: 'tpe', trials: 5, fixed: { rounds: 7 } });
    await stage.play(fake, async (client) => {
      const { best } = await (await start(client, input)).result();
      expect(best.params).toEqual({ rate: 0.46, rounds: 7 });
      expect(fake.calls.filter((call) => call === 'suggestTrials').length).toBeGreaterThanOrEqual(3);
    });
  });
});
