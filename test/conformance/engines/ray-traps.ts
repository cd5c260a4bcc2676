import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { expect, it } from 'vitest';
import { claimKey } from '../../../activities/training/lease/claim.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { openRayBackend } from '../../../infra/adapters/jobs/ray/ray.js';
import type { RayHead } from '../../support/ray/head.js';
import type { TrainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { slow } from '../stage.js';

const environmentOf = async (pid: number): Promise<string[]> =>
  (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');

/** Behaviour of Ray, each point observed in version 2.60. */
export function rayTraps({
  bench: benchOf,
  head,
  occupy,
}: {
  bench: () => TrainingBench;
  head: RayHead;
  occupy: () => Promise<() => Promise<void>>;
}): void {
  /** Submit a job without a row, and wait until its trainer works. */
  async function submitted(change: { pause: number; graceMs?: number }) {
    const bench = benchOf();
    const job = bench.job('steps.py', { params: { steps: 1_000, pause: change.pause } });
    const request = await bench.request(job);
    const { graceMs = request.order.timing.graceMs } = change;
    request.order = { ...request.order, timing: { ...request.order.timing, graceMs } };
    const answer = await bench.backend.submit(request);
    if (answer.kind !== 'accepted') throw new Error(answer.kind);
    await until(async () => (await bench.trainerProcesses(request)).length > 0);
    const { handle } = answer;
    return {
      bench,
      job,
      request,
      handle,
      ended: () =>
        until(async () => {
          const status = await bench.backend.status(handle);
          return status.kind === 'ended' && status;
        }),
    };
  }

  it('is a duplicate although Ray answers 500 to it', async () => {
    const { bench, request, handle, ended } = await submitted({ pause: 0.1 });
    const raw = await new Promise<number | undefined>((resolve, reject) => {
      const call = http.request(`${head.address}/api/jobs/`, {
        method: 'POST',
        headers: { authorization: `Bearer ${head.token}`, 'content-type': 'application/json' },
      });
      call.once('response', (response) => resolve(response.resume().statusCode));
      call.once('error', reject);
      call.end(JSON.stringify({ submission_id: request.jobKey, entrypoint: 'true' }));
    });
    expect(raw).toBe(500);
    expect(await bench.backend.submit(request)).toEqual({ kind: 'duplicate' });
    await bench.backend.cancel(handle, { kill: false });
    await ended();
  });

  it('cannot be submitted by fetch, which Ray takes for a browser', async () => {
    const answer = await fetch(`${head.address}/api/jobs/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${head.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ entrypoint: 'true' }),
    });
    expect(answer.status).toBe(405);
  });

  it('says nothing about its jobs to a token that is wrong or missing', async () => {
    const bench = benchOf();
    const handle = { jobKey: 'ms-unknown-a1', nativeId: '1', nativeUid: null };
    const request = await bench.request(bench.job('ok.py'));
    for (const token of ['wrong', null]) {
      const backend = openRayBackend(bench.backendOptions, { address: head.address, token });
      const unreachable = {
        kind: 'unreachable',
        reason: expect.stringContaining('MAINSPRING_RAY_TOKEN') as string,
      };
      expect(await backend.status(handle)).toEqual(unreachable);
      expect(await backend.list(bench.engineId)).toEqual(unreachable);
      expect(await backend.submit(request)).toMatchObject({ kind: 'unknown' });
    }
    expect(await bench.backend.find(request.jobKey)).toEqual({ kind: 'absent' });
  });

  it('shows the cluster’s token neither to wrapper nor to trainer', async () => {
    const { bench, request, handle, ended } = await submitted({ pause: 0.1 });
    const [trainer] = await bench.trainerProcesses(request);
    const wrappers = await bench.wrapperProcesses(request);
    const seen = await environmentOf(trainer!.pid);
    expect(seen.filter((entry) => /RAY|TOKEN/.test(entry))).toEqual([]);
    expect(seen.join()).not.toContain(head.token);
    // Exactly one process carries the job's mark; Ray's supervisor must not.
    expect(wrappers).toHaveLength(1);
    expect((await environmentOf(wrappers[0]!.pid)).join()).not.toContain(head.token);
    await bench.backend.cancel(handle, { kill: false });
    await ended();
  });

  it('has its grace when it is stopped, and not the three seconds of Ray', async () => {
    const { bench, job, handle, ended } = await submitted({ pause: 6, graceMs: 20_000 });
    await bench.backend.cancel(handle, { kill: false });
    expect(await ended()).toMatchObject({ exitCode: 75, class: 'cancelled' });
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({ checkpoint: { step: 1 } });
  });

  it('runs although it was stopped in the queue, and gives way at once', async () => {
    const bench = benchOf();
    const release = await occupy();
    const job = bench.job('ok.py');
    const { jobKey } = await bench.dispatch(job);
    const handle = { jobKey, nativeId: jobKey, nativeUid: null };
    await bench.backend.cancel(handle, { kill: true });
    expect(await bench.backend.status(handle)).toMatchObject({ kind: 'queued' });
    expect(await bench.stop(job)).toMatchObject({ state: 'cancelled' });
    expect(await bench.backend.status(handle)).toMatchObject({ kind: 'queued' });
    await release();

    await until(async () => (await bench.backend.status(handle)).kind === 'ended');
    expect(await bench.objects.get(claimKey(jobKey))).toBeUndefined();
    expect((await readHead(bench.objects, bench.lease(job.intent)))?.result).toBeNull();
  });

  it(
    'dies with a head that forgets it, is lost once its beats stop, and resumes when the head is back',
    { timeout: 300_000 },
    async () => {
      const bench = benchOf();
      const job = bench.job('steps.py', { params: { ...slow.params, resumed_pause: 0 } });
      const first = await bench.dispatch(job);
      await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
      const collected = bench.collect(job, first);
      await head.kill();
      // Nothing tells these processes to end, and the process that could have done so is gone.
      await until(async () => (await bench.processes(first)).length === 0);
      await head.start();

      expect(await collected).toMatchObject({ state: 'lost', class: 'lost', result: null });
      const second = await bench.collect(job, await bench.dispatch(job, 2));
      expect(second).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(second.result?.metrics['started_at']).toBeGreaterThan(0);
    },
  );
}
