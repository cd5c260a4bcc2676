import { expect } from 'vitest';
import { readHead } from '../../../activities/training/lease/head.js';
import { until } from '../../support/until.js';
import { type Stage, working } from '../stage.js';

/** An engine that does not answer is treated differently from one that knows the job or does not know it. */
export function outages(stage: Stage): void {
  const { faults } = stage.engine;
  const away = faults.stopController && faults.startController;

  stage.given(away, 'has no answer for it, and no wrong one', async () => {
    const { bench } = stage;
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    await bench.collect(job, attempt);
    const handle = { jobKey: attempt.jobKey, nativeId: '1', nativeUid: null };
    await faults.stopController!();
    try {
      expect(await bench.backend.find(attempt.jobKey)).toMatchObject({ kind: 'unreachable' });
      expect(await bench.backend.status(handle)).toMatchObject({ kind: 'unreachable' });
      expect(await bench.backend.list(bench.engineId)).toMatchObject({ kind: 'unreachable' });
      const again = await bench.request(bench.job('ok.py'));
      expect(await bench.backend.submit(again)).toMatchObject({ kind: 'unknown' });
    } finally {
      await faults.startController!();
    }
  });

  stage.given(away && !faults.jobsDieWithController, 'runs on, and is collected afterwards', async () => {
    const { bench } = stage;
    const job = bench.job('steps.py', { params: { steps: 40, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    await working(stage, attempt);
    // Some engines forget a job that is killed sooner; another scenario covers that.
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
    const collected = bench.collect(job, attempt);
    await faults.stopController!();
    try {
      await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.result);
    } finally {
      await faults.startController!();
    }
    expect(await collected).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await stage.engine.nativeJobs(attempt.jobKey)).toBe(1);
  });

  stage.given(away, 'when it is submitted is one job once the engine is back', async () => {
    const { bench } = stage;
    const job = bench.job('ok.py');
    await faults.stopController!();
    // Temporal repeats a dispatch until it answers.
    const dispatched = until(() => bench.dispatch(job).catch(() => undefined));
    await until(async () => (await bench.jobs.last(job.intent))?.state);
    await faults.startController!();
    const attempt = await dispatched;

    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await stage.engine.nativeJobs(attempt.jobKey)).toBe(1);
  });
}
