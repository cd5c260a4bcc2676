import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { fence, readHead } from '../../../activities/training/lease/head.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { FailureType } from '../../../contracts/failures.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
});
afterAll(() => bench?.close());

const slow = { params: { steps: 1_000, pause: 0.05 } };

describe('a training job on the local backend', () => {
  it('ends with the metrics and the model of its trainer', async () => {
    const job = bench.job('ok.py', {
      params: { x: 3 },
      resources: { cpus: 2, memory: '1GiB', gpus: 0, nodes: 1 },
    });
    const attempt = await bench.dispatch(job);
    const outcome = await bench.collect(job, attempt);

    expect(outcome).toMatchObject({ state: 'succeeded', class: 'succeeded', attempt: 1, reason: '' });
    expect(outcome.result?.metrics).toEqual({ log_loss: 0.5, x: 3, cpus: 2, in_environment: 1 });
    const model = await bench.artifacts.read(outcome.result!.model);
    expect(model.toString()).toBe(`onnx of ${attempt.jobKey}`);
    expect(outcome.spend.wallSeconds).toBeGreaterThan(0);
    expect(outcome.spend.cpuSeconds).toBeGreaterThan(0);
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 1,
      result: { attempt: 1 },
    });
  });

  it('gives the trainer no secret of the engine', async () => {
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    await bench.collect(job, attempt);
    const folder = join(bench.dataDir, 'jobs', attempt.jobKey);
    expect(await readFile(join(folder, 'log.txt'), 'utf8')).toContain("training on ['x'] with []");
    await expect(readFile(join(folder, 'secrets.json'))).rejects.toThrow('ENOENT');
  });

  it('is one process, one row and one claim however often and however concurrently it is dispatched', async () => {
    const job = bench.job('steps.py', { params: { steps: 20, pause: 0.05 } });
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => bench.dispatch(job)));
    const attempt = await bench.dispatch(job);
    const started = await until(async () => {
      const found = await bench.trainerProcesses(attempt);
      return found.length > 0 && found;
    });

    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(started).toHaveLength(1);
    expect(await bench.wrapperProcesses(attempt)).toHaveLength(1);
    expect(await bench.jobs.last(job.intent)).toMatchObject({ attempt: 1 });
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await bench.dispatch(job)).toEqual(attempt);
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('makes the copy of a repeated submit give way to the process that has the claim', async () => {
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    const [wrapper] = await until(async () => {
      const found = await bench.wrapperProcesses(attempt);
      return (await bench.trainerProcesses(attempt)).length > 0 && found;
    });
    const copy = await bench.startCopy(attempt.jobKey);

    expect(copy).toBe(79);
    expect(await bench.wrapperProcesses(attempt)).toEqual([wrapper]);
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await bench.stop(job);
  });

  it('refuses the same intent for other work', async () => {
    const job = bench.job('ok.py');
    await bench.collect(job, await bench.dispatch(job));
    await expect(bench.dispatch({ ...job, params: { x: 2 } })).rejects.toMatchObject({
      type: FailureType.JobConflict,
    });
    // A lifecycle that was reset computes another deadline, but means the same job.
    const later = { ...job, deadline: new Date(Date.now() + 900_000).toISOString() };
    await expect(bench.dispatch(later)).resolves.toMatchObject({ attempt: 1 });
  });

  it('names the input that is gone before anything is submitted', async () => {
    const job = bench.job('ok.py');
    const gone = { ...job.code, uri: job.code.uri.slice(0, -4) + '0000' };
    await expect(bench.dispatch({ ...job, code: gone })).rejects.toThrow(
      `${gone.uri} (input of ${job.intent})`,
    );
    expect(await bench.jobs.last(job.intent)).toBeUndefined();
  });

  it('runs on when its worker shuts down, and is watched again', async () => {
    const job = bench.job('steps.py', { params: { steps: 30, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const worker = new MockActivityEnvironment();
    const watching = worker.run(bench.activities.watchJob, { ...attempt, deadline: job.deadline });
    const before = await until(async () => {
      const found = await bench.trainerProcesses(attempt);
      return found.length > 0 && found;
    });
    worker.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    await expect(watching).rejects.toBeInstanceOf(CancelledFailure);

    expect(await bench.trainerProcesses(attempt)).toEqual(before);
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('heartbeats with the progress of its trainer', async () => {
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    const beat = await until(async () => {
      const found = await readBeat(bench.objects, attempt.jobKey);
      return found?.progress && found.progress.step > 1 ? found : undefined;
    });
    expect(beat.progress).toMatchObject({ total: 1_000, metrics: { loss: expect.any(Number) as number } });
    expect(await bench.jobs.get(attempt.jobKey)).toMatchObject({ state: 'submitted' });
    await bench.stop(job);
  });
});

describe('an attempt that was killed', () => {
  it.each([
    ['wrapper', 'wrapperProcesses'],
    ['trainer', 'trainerProcesses'],
  ] as const)(
    'kill -9 of its %s ends it, leaves nothing running, and the next resumes from its checkpoint',
    async (_, which) => {
      const job = bench.job('steps.py', { params: { steps: 40, pause: 0.1 } });
      const first = await bench.dispatch(job);
      await until(async () => {
        const head = await readHead(bench.objects, bench.lease(job.intent));
        return head?.checkpoint ? head : undefined;
      });
      const [victim] = await bench[which](first);
      process.kill(victim!.pid, 'SIGKILL');
      const outcome = await bench.collect(job, first);

      expect(outcome).toMatchObject({ state: 'failed', class: 'infrastructure', result: null });
      expect(await bench.processes(first)).toHaveLength(0);
      expect(outcome.spend.wallSeconds).toBeGreaterThan(0);
      const second = await bench.dispatch(job, 2);
      const { result } = await bench.collect(job, second);
      expect(result?.metrics['started_at']).toBeGreaterThan(0);
      expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
        attempt: 2,
        result: { attempt: 2 },
      });
    },
  );

  it('begins a new attempt when its workflow is started anew, and never after success', async () => {
    const job = bench.job('crash.py');
    expect(await bench.act(bench.activities.openJob, { intent: job.intent })).toEqual({ attempt: 1 });
    await bench.collect(job, await bench.dispatch(job));
    expect(await bench.act(bench.activities.openJob, { intent: job.intent })).toEqual({ attempt: 2 });

    const good = bench.job('ok.py');
    const attempt = await bench.dispatch(good);
    expect(await bench.act(bench.activities.openJob, { intent: good.intent })).toEqual({ attempt: 1 });
    await bench.collect(good, attempt);
    expect(await bench.act(bench.activities.openJob, { intent: good.intent })).toEqual({ attempt: 1 });
  });
});

describe('a cancelled attempt', () => {
  it('is asked, writes its checkpoint, and is seen dead', async () => {
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await until(async () => (await readBeat(bench.objects, attempt.jobKey))?.progress);
    const outcome = await bench.stop(job);

    expect(outcome).toMatchObject({ state: 'cancelled', class: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
    const head = await readHead(bench.objects, bench.lease(job.intent));
    expect(head).toMatchObject({ cancelled: true, result: null });
    expect(await bench.stop(job)).toMatchObject({ state: 'cancelled' });
  });

  it('is killed when it does not listen', async () => {
    const job = bench.job('deaf.py');
    const attempt = await bench.dispatch(job);
    await until(async () => (await readBeat(bench.objects, attempt.jobKey))?.progress);
    expect(await bench.stop(job)).toMatchObject({ state: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('cannot be dispatched by a delivery that comes late', async () => {
    const job = bench.job('ok.py');
    await bench.act(bench.activities.cancelJob, {
      intent: job.intent,
      attempt: 1,
      backend: 'local',
      reason: 'test',
    });
    await expect(bench.dispatch(job)).rejects.toMatchObject({ type: FailureType.JobConflict });
    expect(await bench.act(bench.activities.openJob, { intent: job.intent })).toEqual({ attempt: 2 });
    expect(await bench.collect(job, await bench.dispatch(job, 2))).toMatchObject({
      state: 'succeeded',
      attempt: 2,
    });
  });

  it('keeps a result that came first', async () => {
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.result);
    expect(await bench.stop(job)).toMatchObject({
      state: 'succeeded',
      result: { metrics: { log_loss: 0.5 } },
    });
    expect(await bench.processes(attempt)).toHaveLength(0);
  });
});

describe('a fenced attempt', () => {
  it('stops itself, even if its backend is not told', async () => {
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
    await fence(bench.objects, bench.lease(job.intent), 2);
    await until(async () => (await bench.processes(attempt)).length === 0);
    const beat = await readBeat(bench.objects, attempt.jobKey);
    expect(beat?.ended).toMatchObject({ code: 79, cause: 'fenced' });
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 2,
      result: null,
    });
    await bench.collect(job, attempt);
  });

  it('cannot write its result late', async () => {
    const job = bench.job('steps.py', { params: { steps: 40, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const [wrapper] = await until(async () => {
      const found = await bench.wrapperProcesses(attempt);
      return (await bench.trainerProcesses(attempt)).length > 0 && found;
    });
    // The wrapper is frozen, like a machine that was thought to be dead. Its trainer finishes meanwhile.
    process.kill(wrapper!.pid, 'SIGSTOP');
    await fence(bench.objects, bench.lease(job.intent), 2);
    await until(async () => (await bench.trainerProcesses(attempt)).length === 0);
    process.kill(wrapper!.pid, 'SIGCONT');
    await until(async () => (await bench.processes(attempt)).length === 0);
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 2,
      result: null,
    });
    await bench.collect(job, attempt);
    expect(await bench.collect(job, await bench.dispatch(job, 2))).toMatchObject({ state: 'succeeded' });
  });

  it('whose result came before the fence has it collected instead of being trained again', async () => {
    const job = bench.job('ok.py');
    await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.result);
    expect(await bench.dispatch(job, 2)).toMatchObject({
      attempt: 1,
      jobKey: jobKeyOf(bench.lease(job.intent), 1),
    });
  });
});

describe('a trainer that fails', () => {
  const failing = async (...[trainer, more]: Parameters<TrainingBench['job']>) => {
    const job = bench.job(trainer, more);
    return bench.collect(job, await bench.dispatch(job));
  };

  it('gives its own reason when it refuses its parameters', async () => {
    expect(await failing('refuses.py')).toMatchObject({
      state: 'failed',
      class: 'user',
      exitCode: 64,
      reason: 'learning_rate must be below 1, got 7',
      logTail: expect.stringContaining('Traceback: bad learning rate') as string,
    });
  });

  it('violates the contract without a model', async () => {
    const outcome = await failing('no-model.py');
    expect(outcome).toMatchObject({ class: 'contract', exitCode: 0 });
    expect(outcome.reason).toContain('model/model.onnx is missing');
  });

  it('violates the contract with a metric that is no number', async () => {
    const outcome = await failing('nan.py');
    expect(outcome).toMatchObject({ class: 'contract' });
    expect(outcome.reason).toContain('metric "log_loss" of output/result.json is NaN');
  });

  it('violates the contract without the metric that steers the search', async () => {
    const outcome = await failing('ok.py', { objective: 'roc_auc' });
    expect(outcome.reason).toContain('no metric "roc_auc", which steers the search; it has: log_loss');
  });

  it('is the user’s own error when it crashes, with the log', async () => {
    const outcome = await failing('crash.py');
    expect(outcome).toMatchObject({ class: 'user', exitCode: 1 });
    expect(outcome.logTail).toContain('ValueError: column x is not there');
  });

  it('is infrastructure when it is killed from outside', async () => {
    expect(await failing('killed.py')).toMatchObject({ class: 'infrastructure', exitCode: 137 });
  });

  it('is the user’s own error when its command is not there', async () => {
    const outcome = await failing('ok.py', { command: ['no-such-program'] });
    expect(outcome).toMatchObject({ class: 'user', exitCode: 127 });
    expect(outcome.reason).toContain('cannot start "no-such-program"');
  });

  it('is timed out at its deadline', async () => {
    const deadline = new Date(Date.now() + 1_500).toISOString();
    expect(await failing('steps.py', { ...slow, deadline })).toMatchObject({ class: 'timedOut' });
  });
});
