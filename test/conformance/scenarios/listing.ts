import { expect, it } from 'vitest';
import type { ListAnswer } from '../../../activities/ports/job-backend.js';
import { until } from '../../support/until.js';
import { type Stage, gone, slow, working } from '../stage.js';

/** Every job with the installation's label can be listed and stopped, even without a row. */
export function listing(stage: Stage): void {
  const { engine } = stage;
  const keys = (answer: ListAnswer): string[] => {
    if (answer.kind !== 'listed') throw new Error(`not listed: ${answer.reason}`);
    return answer.jobs.map(({ handle }) => handle.jobKey);
  };

  it('without a row is seen by its label, and can be cancelled', async () => {
    const { bench } = stage;
    const request = await bench.request(bench.job('steps.py', slow));
    const { jobKey, engineId, jobDigest } = request;
    await bench.backend.submit(request);
    await working(stage, { jobKey });
    expect(await bench.jobs.get(jobKey)).toBeUndefined();
    expect(keys(await bench.backend.list(engineId))).toEqual([jobKey]);
    // Slurm may say for some seconds that the machines of a working job are being configured, which is queued.
    const orphan = await until(async () => {
      const listed = await bench.backend.list(engineId);
      return listed.kind === 'listed' && listed.jobs.find(({ state }) => state === 'running');
    });

    expect(orphan).toMatchObject({ handle: { jobKey }, jobDigest });
    await bench.backend.cancel(orphan.handle, { kill: true });
    await until(async () => !keys(await bench.backend.list(engineId)).includes(jobKey));
    await gone(stage, { jobKey });
  });

  it('of another installation is not', async () => {
    const { bench } = stage;
    const request = await bench.request(bench.job('steps.py', slow));
    const theirs = { ...request, engineId: `${bench.engineId}-of-somebody-else` };
    const elsewhere = engine.backend({ ...bench.backendOptions, engineId: theirs.engineId });
    await elsewhere.submit(theirs);

    expect(keys(await bench.backend.list(bench.engineId))).toEqual([]);
    const listed = await elsewhere.list(theirs.engineId);
    expect(keys(listed)).toEqual([request.jobKey]);
    await working(stage, request);
    const [job] = listed.kind === 'listed' ? listed.jobs : [];
    await bench.backend.cancel(job!.handle, { kill: true });
    expect(await bench.backend.status(job!.handle)).toEqual({ kind: 'absent' });
    await until(async () => (await elsewhere.status(job!.handle)).kind === 'running');
    await elsewhere.cancel(job!.handle, { kill: true });
    await until(async () => keys(await elsewhere.list(theirs.engineId)).length === 0);
    await gone(stage, request);
  });

  it('and over is not, whatever it came to', async () => {
    const { bench } = stage;
    for (const trainer of ['ok.py', 'crash.py'] as const) {
      const job = bench.job(trainer);
      await bench.collect(job, await bench.dispatch(job));
    }
    expect(keys(await bench.backend.list(bench.engineId))).toEqual([]);
  });

  stage.given(engine.faults.occupy, 'and waits is seen as queued', async () => {
    const { bench } = stage;
    const release = await engine.faults.occupy!();
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    const listed = await bench.backend.list(bench.engineId);
    expect(listed).toMatchObject({
      jobs: [{ handle: { jobKey: attempt.jobKey }, state: 'queued' }],
    });
    await release();
    await bench.collect(job, attempt);
  });
}
