import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeOpenTrial } from '../../../activities/study/open-trial.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
});
afterAll(() => bench?.close());

/** Trial `n` of a study. Its loss falls towards `x`. */
const trial = (run: string, n: number, x: number, steps = 400): TrainingJobInput => {
  const intent = `tiny/${run}/trial-${n}`;
  return bench.job('curve.py', {
    run,
    intent,
    params: { x, steps },
    trial: { trial: n, goal: 'minimize', earlyStopping: { minSteps: 5, reduction: 3 } },
  });
};
const runJob = (job: TrainingJobInput, attempt = 1) =>
  bench.act(bench.activities.runJob, { job, attempt, memoryFactor: 1 });

describe('a trial that may be stopped early', () => {
  it('goes on while it is the best, and is stopped at the first rung when it is not', async () => {
    const run = `r-${randomUUID().slice(0, 8)}`;
    const best = await runJob(trial(run, 0, 0.1, 20));
    expect(best).toMatchObject({ end: 'ended', outcome: { class: 'succeeded' } });
    const poor = trial(run, 1, 0.9);
    const ran = await runJob(poor);
    expect(ran).toMatchObject({ end: 'stopped', stopped: { rung: 5, place: 2, reached: 2 } });
    if (ran.end !== 'stopped') throw new Error('not reached');
    expect(ran.stopped.value).toBeCloseTo(0.9 + 1 / ran.stopped.step, 6);

    const outcome = await bench.stop(poor);
    expect(outcome).toMatchObject({ state: 'cancelled', class: 'cancelled', result: null });
    expect(outcome.spend.wallSeconds).toBeGreaterThan(0);
    expect(outcome.spend.wallSeconds).toBeLessThan(8);
    expect(await bench.processes(ran.job)).toEqual([]);
  });

  it('stays stopped: a watcher that comes later learns the same, and no attempt begins again', async () => {
    const run = `r-${randomUUID().slice(0, 8)}`;
    await runJob(trial(run, 0, 0.1, 20));
    const poor = trial(run, 1, 0.9);
    const first = await runJob(poor);
    expect(first.end).toBe('stopped');
    // A second delivery, as after a worker that was killed before its answer was recorded.
    expect(await runJob(poor)).toEqual(first);
    await bench.stop(poor);
    expect(await runJob(poor)).toMatchObject({ end: 'stopped', job: { attempt: 1 } });
    expect(await runJob(poor, 2)).toMatchObject({ end: 'stopped' });
    expect(await bench.jobs.get(jobKeyOf(bench.lease(poor.intent), 2))).toBeUndefined();
    const openTrial = makeOpenTrial(bench);
    const opened = await openTrial({ model: 'tiny', run, trial: 1, intent: poor.intent });
    expect(opened).toMatchObject({ attempt: 1, stopped: { rung: 5 } });
  });

  it('is watched on by the next worker when its own is shut down', async () => {
    const run = `r-${randomUUID().slice(0, 8)}`;
    const job = trial(run, 0, 0.1, 60);
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const first = environment.run(bench.activities.runJob, { job, attempt: 1, memoryFactor: 1 });
    const key = { jobKey: jobKeyOf(bench.lease(job.intent), 1) };
    const [before] = await until(async () => {
      const found = await bench.trainerProcesses(key);
      return found.length > 0 && found;
    });
    environment.cancel('WORKER_SHUTDOWN');
    await expect(first).rejects.toThrow();
    expect((await bench.trainerProcesses(key))[0]?.pid).toBe(before?.pid);
    expect(await runJob(job)).toMatchObject({ end: 'ended', outcome: { attempt: 1, class: 'succeeded' } });
  });
});
