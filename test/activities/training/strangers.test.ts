import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { processesWith, signal } from '../../../infra/adapters/jobs/process-identity.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let bench: TrainingBench;
let small: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  small = await trainingBench({ jobDiskBytes: 30 * 2 ** 20 });
  await Promise.all([bench.buildEnvironment(), small.buildEnvironment()]);
});
afterAll(async () => {
  await bench?.close();
  await small?.close();
});

/** Numbers of seconds that the processes of `leaves.py` sleep, by which they are known. */
const SLEEPERS = ['271828', '271829', '271830', '271831'];
async function sleepers(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[0]?.endsWith('sleep') && SLEEPERS.includes(words[1] ?? '')) found.push(words[1]!);
  }
  return found.sort();
}

describe('processes that a trainer started', () => {
  it('end with it: in its group, in a session of their own, as a daemon, and without its environment', async () => {
    const job = bench.job('leaves.py');
    expect(await bench.collect(job, await bench.dispatch(job))).toMatchObject({ state: 'succeeded' });
    expect(await sleepers()).toEqual([]);
  });

  it.each(['cancelled', 'killed with its wrapper'])('end when it is %s', async (how) => {
    const job = bench.job('leaves.py', { params: { stay: 1 } });
    const attempt = await bench.dispatch(job);
    await until(async () => (await sleepers()).length === SLEEPERS.length);
    if (how === 'cancelled') await bench.stop(job);
    else {
      for (const { pid } of await bench.wrapperProcesses(attempt)) signal(pid, 'SIGKILL');
      await bench.collect(job, attempt);
    }
    await until(async () => (await sleepers()).length === 0);
  });
});

describe.skipIf(process.getuid?.() !== 0)('a trainer beside an engine that runs as root', () => {
  it('runs as a user of its own, and reads nothing of the engine', async () => {
    const secret = join(bench.dataDir, 'stack.json');
    await writeFile(secret, '{"key": "x"}', { mode: 0o644 });
    const other = join(bench.dataDir, 'jobs/ms-other-a1');
    await mkdir(other, { recursive: true });
    // Backwards, because a trainer's parameters are in its own environment.
    const key = [...inject('s3').secretKey].reverse().join('');
    const job = bench.job('spy.py', { params: { secret, other, engine: process.pid, key } });
    const outcome = await bench.collect(job, await bench.dispatch(job));
    expect(outcome).toMatchObject({ state: 'succeeded' });
    const { uid, ...seen } = outcome.result!.metrics;
    expect(uid).toBeGreaterThan(60_000);
    expect(seen).toEqual({
      secret_file: 0,
      folder_of_other: 0,
      engine_environment: 0,
      environments: 1, // its own first process, which has only a PATH
      key_in_proc: 0,
      writes_input: 0,
      writes_python: 0,
      log_loss: 0.5,
    });
  });

  it('has another user than the trainer beside it', async () => {
    const job = () => bench.job('steps.py', { params: { steps: 1_000, pause: 0.05 } });
    const jobs = [job(), job()];
    const attempts = await Promise.all(jobs.map((one) => bench.dispatch(one)));
    const owners = await Promise.all(
      attempts.map(async (attempt) => {
        await until(async () => (await bench.trainerProcesses(attempt)).length === 1);
        const [{ pid } = { pid: 0 }] = await bench.trainerProcesses(attempt);
        return execFileSync('stat', ['-c', '%u', `/proc/${pid}`], { encoding: 'utf8' }).trim();
      }),
    );
    expect(new Set(owners).size).toBe(2);
    expect(owners).not.toContain('0');
    for (const one of jobs) await bench.stop(one);
    expect(await processesWith(...attempts.map(({ jobKey }) => `TRAINER_JOB_KEY=${jobKey}`))).toEqual([]);
  });
});

describe('a trainer that writes more than it may', () => {
  it.each(['checkpoints', 'tmp', 'code'])(
    'is ended for good, and what it wrote is removed (%s)',
    async (into) => {
      const job = small.job('fills.py', { params: { into } });
      const attempt = await small.dispatch(job);
      const outcome = await small.collect(job, attempt);
      expect(outcome).toMatchObject({ state: 'failed', class: 'contract' });
      expect(outcome.reason).toMatch(/the trainer wrote more than 0\.029 GiB .*\n.*MAINSPRING_JOB_DISK_GIB/);
      const folder = join(small.dataDir, 'jobs', attempt.jobKey);
      expect((await readdir(folder)).filter((name) => ['ml', 'code', 'tmp'].includes(name))).toEqual([]);
    },
  );
});
