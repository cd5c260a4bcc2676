import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { jobDigestOf, orderOf } from '../../../activities/training/order.js';
import { fence } from '../../../activities/training/lease/head.js';
import type { JobRequest } from '../../../activities/ports/job-backend.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { isAlive } from '../../../infra/adapters/jobs/process-identity.js';
import { type TrainingBench, timing, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let bench: TrainingBench;
const submitters: ChildProcess[] = [];
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
});
afterAll(() => {
  for (const submitter of submitters) submitter.kill('SIGKILL');
  return bench?.close();
});

/** The request that dispatch passes to a backend. The intent gets its head, without which no wrapper works. */
const request = async (job: TrainingJobInput): Promise<JobRequest> => {
  await fence(bench.objects, bench.lease(job.intent), 1);
  const jobKey = jobKeyOf(bench.lease(job.intent), 1);
  const order = orderOf(job, { engineId: bench.engineId, jobKey, attempt: 1, memoryFactor: 1 }, timing);
  return { jobKey, engineId: bench.engineId, jobDigest: jobDigestOf(job), placement: {}, order };
};
const slow = { params: { steps: 1_000, pause: 0.05 } };
const record = (jobKey: string) => join(bench.dataDir, 'jobs', jobKey, 'process.json');

describe('the local backend', () => {
  it('does not know a job that was never submitted', async () => {
    const handle = { jobKey: 'ms-unknown-a1', nativeId: '1', nativeUid: null };
    expect(await bench.backend.find('ms-unknown-a1')).toEqual({ kind: 'absent' });
    expect(await bench.backend.status(handle)).toEqual({ kind: 'absent' });
    await bench.backend.cancel(handle, { kill: true });
    expect(await bench.backend.logTail(handle, 100)).toBe('');
  });

  it('answers a second submit with “duplicate” and starts nothing', async () => {
    const submission = await request(bench.job('steps.py', slow));
    const { jobKey } = submission;
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => bench.backend.submit(submission)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
    expect(await bench.wrapperProcesses({ jobKey })).toHaveLength(1);
    const found = await bench.backend.find(jobKey);
    expect(found).toMatchObject({ kind: 'found', engineId: bench.engineId, jobDigest: submission.jobDigest });
    if (found.kind === 'found') await bench.backend.cancel(found.handle, { kill: true });
    expect(await bench.processes({ jobKey })).toHaveLength(0);
  });

  it('gives its jobs, trainers and all, a lower priority than the engine has', async () => {
    const submission = await request(bench.job('steps.py', slow));
    const { jobKey } = submission;
    const answer = await bench.backend.submit(submission);
    const processes = await until(async () => {
      const found = await bench.processes({ jobKey });
      return found.length > 1 ? found : undefined;
    });
    for (const { pid } of processes) expect(getPriority(pid)).toBeGreaterThan(getPriority());
    if (answer.kind === 'accepted') await bench.backend.cancel(answer.handle, { kill: true });
  });

  it('adopts the process of a submitter that died before it wrote the process down', async () => {
    const submission = await request(bench.job('steps.py', slow));
    const { jobKey } = submission;
    await bench.backend.submit(submission);
    const [first] = await bench.wrapperProcesses({ jobKey });
    await rm(record(jobKey));
    const dead = { pid: 2 ** 22 - 1, startTime: 'another boot:1', nonce: 'n' };
    await writeFile(join(bench.dataDir, 'jobs', jobKey, 'lock'), JSON.stringify(dead));
    const again = await bench.backend.submit(submission);

    expect(again).toMatchObject({ kind: 'accepted', handle: { nativeId: String(first!.pid) } });
    expect(await bench.wrapperProcesses({ jobKey })).toHaveLength(1);
    if (again.kind === 'accepted') await bench.backend.cancel(again.handle, { kill: true });
  });

  it('is not deceived by a process that was given the same id', async () => {
    const submission = await request(bench.job('ok.py'));
    const { jobKey } = submission;
    const answer = await bench.backend.submit(submission);
    if (answer.kind !== 'accepted') throw new Error(answer.kind);
    await until(async () => (await bench.backend.status(answer.handle)).kind === 'ended');
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    const written = JSON.parse(await readFile(record(jobKey), 'utf8')) as object;
    await writeFile(record(jobKey), JSON.stringify({ ...written, pid: bystander.pid }));

    expect(await bench.backend.status(answer.handle)).toMatchObject({ kind: 'ended', exitCode: null });
    await bench.backend.cancel(answer.handle, { kill: true });
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });

  it('keeps a job alive when the process that submitted it is killed', async () => {
    const job = bench.job('steps.py', { params: { steps: 30, pause: 0.1 } });
    const submission = await request(job);
    const { jobKey } = submission;
    const submitter = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../support/training/submit.ts')],
      { stdio: ['pipe', 'inherit', 'inherit'] },
    );
    const over = new Promise((resolve) => submitter.once('exit', resolve));
    submitters.push(submitter);
    submitter.stdin.end(JSON.stringify({ submission, backend: bench.backendOptions }));
    const [wrapper] = await until(async () => {
      const found = await bench.wrapperProcesses({ jobKey });
      return (await bench.trainerProcesses({ jobKey })).length > 0 && found;
    });
    submitter.kill('SIGKILL');
    await over;

    expect(await isAlive(wrapper!)).toBe(true);
    // Another worker knows only the key of the job.
    const attempt = await bench.dispatch(job);
    expect(await bench.wrapperProcesses({ jobKey })).toEqual([wrapper]);
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });
});
