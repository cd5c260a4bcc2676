import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { cutLine } from '../../support/cut-line.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let line: Awaited<ReturnType<typeof cutLine>>;
let bench: TrainingBench;
beforeAll(async () => {
  line = await cutLine(inject('s3').port);
  bench = await trainingBench({ s3Port: line.port, timing: { leaseMs: 4_000 } });
  await bench.buildEnvironment();
});
afterAll(async () => {
  await bench?.close();
  line?.close();
});

describe('while the object store is down', () => {
  it('training goes on, and its result is uploaded when the store is back', async () => {
    const job = bench.job('steps.py', { params: { steps: 10, pause: 0.1 } });
    const attempt = await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
    line.cut();
    // The trainer ends while its wrapper cannot deliver the result.
    await until(async () => (await bench.trainerProcesses(attempt)).length === 0);
    expect(await bench.wrapperProcesses(attempt)).toHaveLength(1);
    line.mend();
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('a job that cannot beat for the lease time stops its trainer, and the next attempt resumes', async () => {
    const job = bench.job('steps.py', { params: { steps: 60, pause: 0.1 } });
    const attempt = await bench.dispatch(job);
    await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
    line.cut();
    const outcome = await bench.collect(job, attempt);
    expect(outcome).toMatchObject({ state: 'failed', class: 'infrastructure', exitCode: 69 });
    expect(await bench.processes(attempt)).toHaveLength(0);
    expect((await readBeat(bench.objects, attempt.jobKey))?.ended).toBeNull();
    line.mend();
    const second = await bench.collect(job, await bench.dispatch(job, 2));
    expect(second.result?.metrics['started_at']).toBeGreaterThan(0);
  });

  it('a job that is submitted starts when the store is back', async () => {
    const job = bench.job('ok.py');
    line.cut();
    const attempt = await bench.dispatch(job);
    await until(async () => (await bench.wrapperProcesses(attempt)).length > 0);
    line.mend();
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded' });
  });
});
