import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { FailureType } from '../../../contracts/failures.js';
import type { TestSlurm } from '../../support/slurm/slurm.js';
import type { TrainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { decideOnFailure } from '../../../workflows/policy/failure-policy.js';
import { slurmMinutes } from './slurm-minutes.js';

const WHOLE = ['--nodes=1', '--cpus-per-task=2', '--mem=4000M', '--partition=main'];

/** Behaviour that only Slurm has, each point observed on a real one. */
export function slurmTraps(slurm: TestSlurm, bench: () => TrainingBench): void {
  const full = async () => {
    const ids: string[] = [];
    for (const _ of slurm.nodes) ids.push(await slurm.submitSleep(...WHOLE));
    await until(async () => (await slurm.states('sleep')).filter((is) => is === 'RUNNING').length === 2);
    return () => slurm.run('scancel', ...ids);
  };
  const handleOf = async (jobKey: string) => {
    const found = await bench().backend.find(jobKey);
    if (found.kind !== 'found') throw new Error(`${jobKey} is ${found.kind}`);
    return found.handle;
  };

  it('is not confused with the job that is given the number of a forgotten one', async () => {
    const release = await full();
    const first = bench().job('ok.py');
    const handle = await slurm.forgetting(async () => handleOf((await bench().dispatch(first)).jobKey));
    const second = bench().job('ok.py');
    const attempt = await bench().dispatch(second);
    const other = await handleOf(attempt.jobKey);

    expect(other.nativeId).toBe(handle.nativeId);
    expect(await bench().backend.status(handle)).toEqual({ kind: 'absent' });
    await bench().backend.cancel(handle, { kill: true });
    await release();
    expect(await bench().collect(second, attempt)).toMatchObject({ state: 'succeeded' });
    expect(await bench().stop(first)).toMatchObject({ state: 'cancelled' });
  });

  it('does not train when Slurm forgets that it was cancelled, and starts it', async () => {
    const release = await full();
    const job = bench().job('ok.py');
    const { jobKey } = await bench().dispatch(job);
    await slurm.forgetting(async () => {
      expect(await bench().stop(job)).toMatchObject({ state: 'cancelled' });
      expect(await slurm.states(jobKey)).toEqual(['CANCELLED']);
    });
    expect(await slurm.states(jobKey)).toEqual(['PENDING']);
    await release();

    await until(async () => (await slurm.states(jobKey))[0] === 'FAILED');
    expect(await bench().backend.status(await handleOf(jobKey))).toMatchObject({ exitCode: 79 });
    expect(await readBeat(bench().objects, jobKey)).toBeUndefined();
  });

  it('is worked on once when two machines submit it at the same moment', async () => {
    const job = bench().job('steps.py', { params: { steps: 20, pause: 0.05 } });
    const request = await bench().request(job);
    const attempt = await bench().dispatch(job);
    const { jobKey } = attempt;
    // Another machine does not see this machine's lock.
    const folder = join(bench().dataDir, 'jobs', jobKey);
    const comment = `--comment=${request.engineId}:${request.jobDigest}`;
    const options = ['--parsable', `--job-name=${jobKey}`, comment, '--dependency=singleton', '--mem=512M'];
    const wrapper = `exec ${process.execPath} ${bench().backendOptions.wrapper} ${folder}`;
    await slurm.run('sbatch', ...options, '--output=/dev/null', `--wrap=${wrapper}`);
    expect(await slurm.states(jobKey)).toHaveLength(2);

    expect(await bench().collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    await until(async () => (await slurm.states(jobKey))[1] === 'FAILED');
    expect(await bench().backend.status(await handleOf(jobKey))).toMatchObject({ exitCode: 0 });
  });

  const resources = { cpus: 1, memory: '512MiB', gpus: 0, nodes: 1 };
  const inMinutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();
  // Partition `small`: five minutes, one node.
  it.each([
    [
      'a partition that is not there',
      { placement: { slurm: { partition: 'nowhere' } } },
      /invalid partition specified: nowhere.* training\.placement\.slurm\.partition/,
    ],
    [
      'more time than its partition gives',
      { placement: { slurm: { partition: 'small' } }, deadline: inMinutes(60) },
      /Requested time limit is invalid.* training\.deadline/,
    ],
    [
      'more nodes than its partition gives',
      {
        placement: { slurm: { partition: 'small' } },
        resources: { ...resources, nodes: 2 },
        deadline: inMinutes(1),
      },
      /Node count specification invalid.* training\.resources\.nodes/,
    ],
    [
      'a feature that no node has',
      { placement: { slurm: { constraint: 'infiniband' } } },
      /Invalid feature specification.* training\.placement\.slurm\.constraint/,
    ],
    [
      'an accelerator that no node has',
      { resources: { ...resources, gpus: 1, gpuType: 'a100' } },
      /Requested node configuration is not available.* training\.resources/,
    ],
    [
      'more memory than any node has',
      { resources: { ...resources, memory: '64GiB' } },
      /(Memory specification can not be satisfied|node configuration is not available).* training\.resources/,
    ],
  ])('is refused with Slurm’s own words and what to change for %s', async (_, more, words) => {
    const job = bench().job('ok.py', more);
    const outcome = await bench().collect(job, await bench().dispatch(job));
    expect(outcome).toMatchObject({ state: 'failed', class: 'user', exitCode: null });
    expect(outcome.reason).toMatch(words);
    expect(decideOnFailure([outcome], { ...job.retries, user: 9 }, job.intent)).toMatchObject({
      kind: 'giveUp',
      type: FailureType.JobRefused,
    });
    // Slurm keeps a FAILED record of some refused jobs. No job is waiting.
    expect((await slurm.states(outcome.jobKey)).filter((state) => state !== 'FAILED')).toEqual([]);
  });

  it('is not refused while its partition is drained, and is one job afterwards', async () => {
    const placement = { slurm: { partition: 'small' } };
    const job = bench().job('ok.py', { placement, deadline: inMinutes(1) });
    const set = (state: string) => slurm.run('scontrol', 'update', 'partitionname=small', `state=${state}`);
    await set('drain');
    await expect(bench().dispatch(job)).rejects.toThrow('inactive or drain');
    await set('up');
    const attempt = await bench().dispatch(job);
    expect(await bench().collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await slurm.states(attempt.jobKey)).toHaveLength(1);
  });

  it('says that nodes must see its folder when they do not', async () => {
    const release = await full();
    const job = bench().job('ok.py');
    const attempt = await bench().dispatch(job);
    await rm(join(bench().dataDir, 'jobs', attempt.jobKey), { recursive: true });
    await release();
    const outcome = await bench().collect(job, attempt);
    expect(outcome).toMatchObject({ state: 'failed', class: 'infrastructure' });
    expect(outcome.reason).toContain('MAINSPRING_JOBS_DIR must be a folder that all nodes see');
  });

  it('is not put back into the queue by an operator, and is cancelled when one cancels it', async () => {
    const job = bench().job('steps.py', { params: { steps: 1_000, pause: 0.05 } });
    const attempt = await bench().dispatch(job);
    const { nativeId } = await handleOf(attempt.jobKey);
    await until(async () => (await readBeat(bench().objects, attempt.jobKey))?.progress);
    await expect(slurm.run('scontrol', 'requeue', nativeId)).rejects.toThrow('disabled');
    await slurm.run('scancel', nativeId);

    expect(await bench().collect(job, attempt)).toMatchObject({ state: 'cancelled', class: 'cancelled' });
  });

  it('is not submitted by the sbatch of a worker that died while it waited for the controller', async () => {
    const request = await bench().request(bench().job('steps.py', { params: { steps: 1_000, pause: 0.05 } }));
    const { jobKey, engineId } = request;
    const folder = join(bench().dataDir, 'jobs', jobKey);
    await mkdir(folder, { recursive: true });
    await slurm.writtenDown();
    await slurm.controller.kill();
    const left = spawn(
      'sbatch',
      [`--job-name=${jobKey}`, '--output=/dev/null', '--mem=100M', '--wrap=sleep 600'],
      {
        env: { ...slurm.env, MAINSPRING_SUBMITS: jobKey, MAINSPRING_ENGINE_ID: engineId },
        stdio: 'ignore',
      },
    );
    const over = new Promise((resolve) => left.once('exit', (_, signal) => resolve(signal)));
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22 - 1, startTime: 'another boot:1' }));
    const answer = await bench().backend.submit(request);
    expect(answer).toMatchObject({ kind: 'unknown' });
    expect(await over).toBe('SIGKILL');
    await slurm.controller.start();

    expect(await slurm.states(jobKey)).toEqual([]);
    expect(await bench().backend.submit(request)).toMatchObject({ kind: 'accepted' });
    expect(await slurm.states(jobKey)).toHaveLength(1);
    await bench().backend.cancel(await handleOf(jobKey), { kill: true });
    await until(async () => (await slurm.states(jobKey))[0] === 'CANCELLED');
  });

  slurmMinutes();
}
