import { expect, it } from 'vitest';
import type { JobRequest } from '../../../activities/ports/job-backend.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { FailureType } from '../../../contracts/failures.js';
import { until } from '../../support/until.js';
import { type Stage, slow, working } from '../stage.js';

/** One job per intent, however often and by whichever worker it is requested. */
export function dispatching(stage: Stage): void {
  const { engine } = stage;

  it('ends with the metrics and the model of its trainer, its spend and its log', async () => {
    const { bench } = stage;
    const job = bench.job('ok.py', { params: { x: 3 } });
    const attempt = await bench.dispatch(job);
    const outcome = await bench.collect(job, attempt);

    expect(outcome).toMatchObject({ state: 'succeeded', class: 'succeeded', attempt: 1, reason: '' });
    expect(outcome.result?.metrics).toMatchObject({ log_loss: 0.5, x: 3, in_environment: 1 });
    const model = await bench.artifacts.read(outcome.result!.model);
    expect(model.toString()).toBe(`onnx of ${attempt.jobKey}`);
    expect(outcome.spend.wallSeconds).toBeGreaterThan(0);
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 1,
      result: { attempt: 1 },
    });
    const row = await bench.jobs.get(attempt.jobKey);
    const handle = { jobKey: attempt.jobKey, nativeId: row!.nativeId!, nativeUid: row!.nativeUid };
    const log = await bench.backend.logTail(handle, 10_000);
    // The trainer's environment contains nothing of the engine.
    expect(log).toContain("training on ['x'] with []");
    expect(await bench.backend.logTail(handle, 20)).toBe(log.slice(-20));
  });

  it('is one job when it is submitted twice, one after the other', async () => {
    const { bench } = stage;
    const request = await bench.request(bench.job('steps.py', slow));
    const { jobKey } = request;
    const first = await bench.backend.submit(request);
    const second = await bench.backend.submit(request);

    expect([first.kind, second.kind]).toEqual(['accepted', 'duplicate']);
    expect(await engine.nativeJobs(jobKey)).toBe(1);
    await working(stage, { jobKey });
    expect(await bench.wrapperProcesses({ jobKey })).toHaveLength(1);
    await killed(stage, request);
  });

  it('is one job when it is submitted many times at once', async () => {
    const { bench } = stage;
    const request = await bench.request(bench.job('steps.py', slow));
    const { jobKey } = request;
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => bench.backend.submit(request)));

    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'refused')).toHaveLength(0);
    expect(await engine.nativeJobs(jobKey)).toBe(1);
    await working(stage, { jobKey });
    expect(await bench.wrapperProcesses({ jobKey })).toHaveLength(1);
    await killed(stage, request);
  });

  it('is one job when every activity is delivered twice, at once and again afterwards', async () => {
    const { bench } = stage;
    const other = bench.anotherWorker();
    const job = bench.job('steps.py', { params: { steps: 10, pause: 0.05 } });
    const { intent } = job;
    const dispatch = { job, attempt: 1, memoryFactor: 1 };
    const both = async <I, O>(name: 'openJob' | 'watchJob' | 'collectJob', input: I): Promise<O> => {
      const deliver = (worker: typeof other) =>
        bench.act(worker[name] as unknown as (input: I) => Promise<O>, input);
      const [one, two] = await Promise.all([deliver(bench.activities), deliver(other)]);
      expect(two).toEqual(one);
      return one;
    };

    expect(await both('openJob', { intent })).toEqual({ attempt: 1 });
    // Simultaneous deliveries may report an unknown outcome, and are then repeated.
    const answers = await Promise.allSettled([
      bench.act(bench.activities.dispatchJob, dispatch),
      bench.act(other.dispatchJob, dispatch),
    ]);
    const attempt = await bench.act(other.dispatchJob, dispatch);
    for (const answer of answers) if (answer.status === 'fulfilled') expect(answer.value).toEqual(attempt);
    const { end } = await both<unknown, { end: 'ended' }>('watchJob', { ...attempt, deadline: job.deadline });
    const outcome = await both('collectJob', { ...attempt, end });
    expect(outcome).toMatchObject({ state: 'succeeded', attempt: 1 });

    expect(await bench.dispatch(job)).toEqual(attempt);
    expect(await both('collectJob', { ...attempt, end })).toEqual(outcome);
    expect(await both('openJob', { intent })).toEqual({ attempt: 1 });
    expect(await bench.stop(job)).toEqual(outcome);
    expect(await engine.nativeJobs(attempt.jobKey)).toBe(1);
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('is not known before it is submitted', async () => {
    const { backend } = stage.bench;
    const handle = { jobKey: 'ms-unknown-a1', nativeId: '1', nativeUid: null };
    expect(await backend.find('ms-unknown-a1')).toEqual({ kind: 'absent' });
    expect(await backend.status(handle)).toEqual({ kind: 'absent' });
    await backend.cancel(handle, { kill: true });
    expect(await backend.logTail(handle, 100)).toBe('');
  });

  it('is found by its key alone', async () => {
    const { bench } = stage;
    const request = await bench.request(bench.job('steps.py', slow));
    const { jobKey, engineId, jobDigest } = request;
    const submitted = await bench.backend.submit(request);
    const found = await bench.backend.find(jobKey);

    expect(found).toMatchObject({ kind: 'found', engineId, jobDigest });
    if (submitted.kind === 'accepted') expect(found).toMatchObject({ handle: submitted.handle });
    await killed(stage, request);
  });

  it.each([
    ['does other work', { jobDigest: 'f'.repeat(64) }],
    ['belongs to another installation', { engineId: 'engine-of-somebody-else' }],
  ])('is refused when a job of its name %s', async (_, other) => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const request = { ...(await bench.request(job)), ...other };
    expect(await bench.backend.submit(request)).toMatchObject({ kind: 'accepted' });

    await expect(bench.dispatch(job)).rejects.toMatchObject({ type: FailureType.JobConflict });
    expect(await engine.nativeJobs(request.jobKey)).toBe(1);
    await killed(stage, request);
  });

  it('makes the copy of a repeated submit give way to the process that has the claim', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);
    const before = await bench.trainerProcesses(attempt);

    expect(await bench.startCopy(attempt.jobKey)).toBe(79);
    expect(await bench.trainerProcesses(attempt)).toEqual(before);
    await bench.stop(job);
  });
}

/** Stop a job that has no row. A backend ends only the jobs of its own installation. */
async function killed(
  { bench, engine }: Stage,
  { jobKey, engineId }: Pick<JobRequest, 'jobKey' | 'engineId'>,
): Promise<void> {
  const owner = engine.backend({ ...bench.backendOptions, engineId });
  const found = await owner.find(jobKey);
  if (found.kind !== 'found') throw new Error(`${jobKey} is ${found.kind}`);
  await until(async () => {
    await owner.cancel(found.handle, { kill: true });
    const { kind } = await owner.status(found.handle);
    return kind === 'ended' || kind === 'absent';
  });
  await until(async () => (await bench.processes({ jobKey })).length === 0);
}
