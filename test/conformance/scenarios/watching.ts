import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { fence, readHead } from '../../../activities/training/lease/head.js';
import { until } from '../../support/until.js';
import { type Stage, checkpointed, gone, slow, working } from '../stage.js';

/** A job does not depend on its watcher: workers may come and go. */
export function watching(stage: Stage): void {
  const { engine } = stage;

  it('runs on when its worker goes, and another takes it up by its intent', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', { params: { steps: 40, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const worker = new MockActivityEnvironment();
    const watch = worker.run(bench.activities.watchJob, { ...attempt, deadline: job.deadline });
    await working(stage, attempt);
    const before = await bench.trainerProcesses(attempt);
    worker.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    await expect(watch).rejects.toBeInstanceOf(CancelledFailure);
    expect(await bench.trainerProcesses(attempt)).toEqual(before);

    const other = bench.anotherWorker();
    expect(await bench.act(other.openJob, { intent: job.intent })).toEqual({ attempt: 1 });
    expect(await bench.act(other.dispatchJob, { job, attempt: 1, memoryFactor: 1 })).toEqual(attempt);
    const { end } = await bench.act(other.watchJob, { ...attempt, deadline: job.deadline });
    expect(await bench.act(other.collectJob, { ...attempt, end })).toMatchObject({ state: 'succeeded' });
    expect(await engine.nativeJobs(attempt.jobKey)).toBe(1);
  });

  it('stops itself when it is fenced, also when nobody tells its engine', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await checkpointed(stage, job.intent);
    await fence(bench.objects, bench.lease(job.intent), 2);
    await gone(stage, attempt);

    expect((await readBeat(bench.objects, attempt.jobKey))?.ended).toMatchObject({ cause: 'fenced' });
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 2,
      result: null,
    });
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'failed', result: null });
  });

  stage.given(
    engine.faults.occupy,
    'waits in the queue until there is room, and is then one run',
    async () => {
      const { bench } = stage;
      const release = await engine.faults.occupy!();
      const job = bench.job('ok.py');
      const attempt = await bench.dispatch(job);
      const found = await bench.backend.find(attempt.jobKey);
      if (found.kind !== 'found') throw new Error(found.kind);
      expect(await bench.backend.status(found.handle)).toMatchObject({ kind: 'queued' });
      expect(await bench.jobs.get(attempt.jobKey)).toMatchObject({ state: 'submitted' });
      await release();

      expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded' });
    },
  );

  stage.given(
    engine.faults.gpus,
    'sees the accelerators that it asked for, and they are billed',
    async () => {
      const { bench } = stage;
      const resources = { ...bench.job('ok.py').resources, gpus: 2 };
      const job = bench.job('gpus.py', { resources });
      const outcome = await bench.collect(job, await bench.dispatch(job));

      expect(outcome).toMatchObject({ state: 'succeeded', result: { metrics: { visible: 2 } } });
      expect(outcome.spend.gpuSeconds).toBeCloseTo(outcome.spend.wallSeconds * 2, 3);
    },
  );

  it('is running for its row once its engine runs it', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    const worker = new MockActivityEnvironment();
    const watch = worker.run(bench.activities.watchJob, { ...attempt, deadline: job.deadline });
    await until(async () => (await bench.jobs.get(attempt.jobKey))?.state === 'running');
    worker.cancel();
    await expect(watch).rejects.toBeInstanceOf(CancelledFailure);
    await bench.stop(job);
  });
}
