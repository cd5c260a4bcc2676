import { beforeAll, describe, expect, it } from 'vitest';
import { readHead } from '../../../activities/training/lease/head.js';
import { BUILD_KUEUE, binariesFolder } from '../../support/kubernetes/binaries.js';
import type { Cluster } from '../../support/kubernetes/cluster.js';
import { hasKueue, startKueue } from '../../support/kubernetes/kueue.js';
import type { TrainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { slow } from '../stage.js';
import type { Administration } from './kubernetes-administration.js';

/**
 * The behaviour of Kueue towards jobs of a queue. Kueue is started for these scenarios alone, and only where it was
 * built.
 */
export function kueueTraps(cluster: Cluster, admin: Administration, bench: () => TrainingBench): void {
  const binaries = binariesFolder(process.env);
  if (!hasKueue(binaries)) {
    process.stdout.write(`  left out, Kueue is not built (sh ${BUILD_KUEUE}): jobs in a queue of Kueue\n`);
    return;
  }
  describe('in a queue of Kueue', () => queued(cluster, binaries, admin, bench));
}

function queued(cluster: Cluster, binaries: string, admin: Administration, bench: () => TrainingBench): void {
  let queue = '';
  let quota = 0;
  beforeAll(async () => {
    ({ queue, quota } = await startKueue(cluster, binaries));
  });
  const job = (trainer: 'ok.py' | 'steps.py', params: object, gpus: number, priorityClass?: string) =>
    bench().job(trainer, {
      ...params,
      resources: { ...bench().job('ok.py').resources, gpus },
      placement: { kubernetes: { queue, ...(priorityClass && { priorityClass }) } },
    });
  const statusOf = async (jobKey: string) => {
    const found = await bench().backend.find(jobKey);
    return found.kind === 'found' ? bench().backend.status(found.handle) : found;
  };

  it('is admitted by Kueue and runs', async () => {
    const admitted = job('ok.py', {}, 1);
    const attempt = await bench().dispatch(admitted);
    expect(await bench().collect(admitted, attempt)).toMatchObject({ state: 'succeeded' });
  });

  it('waits in Kueue over its quota, and runs once there is room', async () => {
    const first = job('steps.py', slow, quota);
    const running = await bench().dispatch(first);
    await until(async () => (await bench().trainerProcesses(running)).length > 0);
    const second = job('ok.py', {}, 1);
    const waiting = await bench().dispatch(second);

    expect(await statusOf(waiting.jobKey)).toMatchObject({
      kind: 'queued',
      reason: expect.stringContaining(queue) as string,
    });
    await bench().stop(first);
    expect(await bench().collect(second, waiting)).toMatchObject({ state: 'succeeded' });
  });

  it('is pre-empted by Kueue for a job of higher priority, and its next attempt resumes', async () => {
    const low = job('steps.py', { params: { steps: 60, pause: 0.1 } }, quota);
    const first = await bench().dispatch(low);
    await until(async () => (await readHead(bench().objects, bench().lease(low.intent)))?.checkpoint);
    const high = job('ok.py', {}, 1, admin.priorityClass);
    const urgent = await bench().dispatch(high);

    expect(await bench().collect(low, first)).toMatchObject({
      state: 'failed',
      class: 'preempted',
      exitCode: 75,
    });
    // As the reaper does. Otherwise Kueue would admit the job again, and it would meet its own claim.
    const found = await bench().backend.find(first.jobKey);
    if (found.kind === 'found') await bench().backend.cancel(found.handle, { kill: true });
    expect(await bench().collect(high, urgent)).toMatchObject({ state: 'succeeded' });
    const second = await bench().collect(low, await bench().dispatch(low, 2));
    expect(second.result?.metrics['started_at']).toBeGreaterThan(0);
  });
}
