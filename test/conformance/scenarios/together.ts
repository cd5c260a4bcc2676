import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fence, readHead } from '../../../activities/training/lease/head.js';
import { until } from '../../support/until.js';
import { type Stage, checkpointed, gone, working } from '../stage.js';

/**
 * One job on two machines is still one job: one claim, one head, one result, and either all machines start or none.
 */
export function together(stage: Stage): void {
  const can = (stage.engine.faults.machines ?? 1) > 1;
  const job = (params: Record<string, number>) => {
    const { bench } = stage;
    const { resources } = bench.job('ok.py');
    return bench.job('gang.py', { params, resources: { ...resources, nodes: 2 } });
  };
  const endless = { steps: 1_200, pause: 0.1, resumed_steps: 3 };

  stage.given(can, 'meets at one address, and each knows its rank', async () => {
    const { bench } = stage;
    const both = job({ steps: 5 });
    const attempt = await bench.dispatch(both);
    const outcome = await bench.collect(both, attempt);

    expect(outcome).toMatchObject({ state: 'succeeded', class: 'succeeded' });
    expect(outcome.result?.metrics).toMatchObject({ world: 2, met: 2 });
    const folder = join(bench.dataDir, 'jobs', attempt.jobKey);
    expect(await readFile(join(folder, 'rank-1/log.txt'), 'utf8')).toContain('rank 1 of 2 starting at 0');
    await expect(readFile(join(folder, 'secrets.json'))).rejects.toThrow('ENOENT');
    expect(await stage.engine.nativeJobs(attempt.jobKey)).toBe(1);
    await gone(stage, attempt);
  });

  stage.given(
    can,
    'ends as infrastructure by kill -9 of one wrapper, and all resume from one step',
    async () => {
      const { bench } = stage;
      const both = job(endless);
      const first = await bench.dispatch(both);
      await checkpointed(stage, both.intent);
      const wrappers = await bench.wrapperProcesses(first);
      const ranks = await Promise.all(
        wrappers.map(async ({ pid }) => ({ pid, environ: await readFile(`/proc/${pid}/environ`, 'utf8') })),
      );
      const second = ranks.find(({ environ }) => environ.includes('MAINSPRING_RANK=1'));
      process.kill(second!.pid, 'SIGKILL');

      expect(await bench.collect(both, first)).toMatchObject({ state: 'failed', class: 'infrastructure' });
      const outcome = await bench.collect(both, await bench.dispatch(both, 2));
      expect(outcome).toMatchObject({ state: 'succeeded', result: { metrics: { met: 2, starts: 1 } } });
      expect(outcome.result?.metrics['started_at']).toBeGreaterThan(0);
      await gone(stage, first);
    },
  );

  stage.given(can, 'ends with the code and the reason of the machine that fails', async () => {
    const { bench } = stage;
    const both = job({ ...endless, fails: 1 });
    const attempt = await bench.dispatch(both);
    expect(await bench.collect(both, attempt)).toMatchObject({
      state: 'failed',
      class: 'user',
      exitCode: 64,
      reason: 'rank 1: this rank has had enough',
    });
    await gone(stage, attempt);
  });

  stage.given(can, 'is cancelled on both', async () => {
    const { bench } = stage;
    const both = job(endless);
    const attempt = await bench.dispatch(both);
    await working(stage, attempt);
    expect(await bench.trainerProcesses(attempt)).toHaveLength(2);
    expect(await bench.stop(both)).toMatchObject({ state: 'cancelled', class: 'cancelled' });
    await gone(stage, attempt);
  });

  stage.given(can, 'stops itself on both when it is fenced', async () => {
    const { bench } = stage;
    const both = job(endless);
    const attempt = await bench.dispatch(both);
    await checkpointed(stage, both.intent);
    await fence(bench.objects, bench.lease(both.intent), 2);
    await gone(stage, attempt);

    expect(await readHead(bench.objects, bench.lease(both.intent))).toMatchObject({
      attempt: 2,
      result: null,
    });
    await bench.collect(both, attempt);
  });

  stage.given(can && stage.engine.faults.occupy, 'waits until both machines are free', async () => {
    const { bench } = stage;
    const release = await stage.engine.faults.occupy!();
    const both = job({ steps: 2 });
    const attempt = await bench.dispatch(both);
    const found = await bench.backend.find(attempt.jobKey);
    if (found.kind === 'found')
      expect(await bench.backend.status(found.handle)).toMatchObject({ kind: 'queued' });
    await release();
    await until(async () => (await readHead(bench.objects, bench.lease(both.intent)))?.result);
    expect(await bench.collect(both, attempt)).toMatchObject({ state: 'succeeded' });
  });
}
