import { expect, it } from 'vitest';
import { readHead } from '../../../activities/training/lease/head.js';
import { until } from '../../support/until.js';
import { type Stage, slow, working } from '../stage.js';

/** A cancel is complete when the job is dead. */
export function cancelling(stage: Stage): void {
  const { engine } = stage;

  stage.given(engine.faults.occupy, 'leaves the queue and never runs', async () => {
    const { bench } = stage;
    const release = await engine.faults.occupy!();
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    const outcome = await bench.stop(job);
    await release();

    expect(outcome).toMatchObject({ state: 'cancelled', class: 'cancelled', result: null });
    expect(await bench.processes(attempt)).toHaveLength(0);
    expect((await readHead(bench.objects, bench.lease(job.intent)))?.result).toBeNull();
    // The cancelled job does not take the free room.
    const next = bench.job('ok.py');
    await bench.collect(next, await bench.dispatch(next));
    expect((await readHead(bench.objects, bench.lease(job.intent)))?.result).toBeNull();
  });

  it('is asked, and is seen dead; asked again, it is the same', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);
    const outcome = await bench.stop(job);

    expect(outcome).toMatchObject({ state: 'cancelled', class: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      cancelled: true,
      result: null,
    });
    expect(await bench.stop(job)).toEqual(outcome);
  });

  it('is cancelled once when two cancels come at once', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);
    const [one, two] = await Promise.all([bench.stop(job), bench.stop(job)]);

    expect(two).toEqual(one);
    expect(one).toMatchObject({ state: 'cancelled', class: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('is killed when its trainer does not listen', async () => {
    const { bench } = stage;
    const job = bench.job('deaf.py');
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);

    expect(await bench.stop(job)).toMatchObject({ state: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('is killed by its engine when not even its wrapper answers', async () => {
    const { bench } = stage;
    const job = bench.job('deaf.py');
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);
    for (const { pid } of await bench.wrapperProcesses(attempt)) process.kill(pid, 'SIGSTOP');

    expect(await bench.stop(job)).toMatchObject({ state: 'cancelled' });
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('keeps a result that came first', async () => {
    const { bench } = stage;
    const job = bench.job('ok.py');
    await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.result);
    expect(await bench.stop(job)).toMatchObject({
      state: 'succeeded',
      result: { metrics: { log_loss: 0.5 } },
    });
  });

  it('is fine when it was never dispatched', async () => {
    const { bench } = stage;
    const { intent, backend } = bench.job('ok.py');
    const input = { intent, attempt: 1, backend, reason: 'the test stops it' };
    expect(await bench.act(bench.activities.cancelJob, input)).toEqual({ job: null });
  });
}
