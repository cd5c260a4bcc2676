import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../../infra/adapters/jobs/process-identity.js';
import { createReaperActivities } from '../../../activities/reaper/index.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { fence, readHead } from '../../../activities/training/lease/head.js';
import { jobDigestOf, orderOf } from '../../../activities/training/order.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { openJobFolders } from '../../../infra/adapters/jobs/job-folders.js';
import { openReaperStore } from '../../../infra/adapters/postgres/reaper-store.js';
import { type TrainingBench, timing, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

/** Two installations on one machine: one jobs folder and one bucket, a database each. */
let one: TrainingBench;
let other: TrainingBench;
beforeAll(async () => {
  one = await trainingBench();
  other = await trainingBench({ dataDir: one.dataDir });
  await one.buildEnvironment();
});
afterAll(async () => {
  await other?.close();
  await one?.close();
});

const slow = { params: { steps: 10_000, pause: 0.05 } };
/** The same work of both: what they are called and what they mean is equal. */
function sameJob(trainer: 'steps.py' | 'ok.py', more: Partial<TrainingJobInput> = {}) {
  const run = `r-${randomUUID().slice(0, 8)}`;
  const names = { run, intent: `tiny/${run}/trial-0` };
  return { mine: one.job(trainer, { ...more, ...names }), theirs: other.job(trainer, { ...more, ...names }) };
}
const training = (bench: TrainingBench, attempt: { jobKey: string }) =>
  until(async () => (await bench.trainerProcesses(attempt)).length > 0);
/** The reaper of an installation whose workflows are all over. */
function reaperOf(bench: TrainingBench) {
  const client = {
    withAbortSignal: (_: AbortSignal, work: () => Promise<unknown>) => work(),
    workflow: {
      getHandle: () => ({
        describe: () => Promise.reject(new WorkflowNotFoundError('gone', 'id', undefined)),
      }),
      list: async function* () {},
    },
  } as unknown as Client;
  const folders = openJobFolders(bench);
  const reaper = createReaperActivities({ ...bench, reaper: openReaperStore(bench.db), folders });
  const run = <I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> =>
    new MockActivityEnvironment({}, { client }).run(activity, input);
  return { reaper, run, folders };
}
const times = { apartMs: 1, keepSucceededMs: 0, keepOthersMs: 0, dryRun: false };

describe('two installations with the same model, run and intent on one machine', () => {
  it('run a job each, with names, heads, claims and processes of their own', async () => {
    const { mine, theirs } = sameJob('ok.py');
    const attempts = await Promise.all([one.dispatch(mine), other.dispatch(theirs)]);
    expect(attempts[0].jobKey).not.toBe(attempts[1].jobKey);
    const [first, second] = await Promise.all([
      one.collect(mine, attempts[0]),
      other.collect(theirs, attempts[1]),
    ]);
    expect([first.state, second.state]).toEqual(['succeeded', 'succeeded']);
    for (const bench of [one, other])
      expect(await readHead(bench.objects, bench.lease(mine.intent))).toMatchObject({ attempt: 1 });
    expect(await one.jobs.get(attempts[1].jobKey)).toBeUndefined();
  });

  it('list only their own, and cannot ask for, end or read the other’s job', async () => {
    const { mine, theirs } = sameJob('steps.py', slow);
    const [attempt, foreign] = [await one.dispatch(mine), await other.dispatch(theirs)];
    await Promise.all([training(one, attempt), training(other, foreign)]);
    const listed = await one.backend.list(one.engineId);
    expect(listed).toMatchObject({ jobs: [{ handle: { jobKey: attempt.jobKey } }] });

    const handle = { jobKey: foreign.jobKey, nativeId: '1', nativeUid: null };
    expect(await one.backend.status(handle)).toEqual({ kind: 'absent' });
    expect(await one.backend.logTail(handle, 1_000)).toBe('');
    await one.backend.cancel(handle, { kill: true });
    expect(await other.backend.status({ ...handle })).toEqual({ kind: 'running' });

    await one.stop(mine);
    expect(await one.processes(attempt)).toHaveLength(0);
    expect(await other.trainerProcesses(foreign)).toHaveLength(1);
    await other.stop(theirs);
  });

  it('reap, end and tidy nothing of each other', async () => {
    const { mine, theirs } = sameJob('steps.py', slow);
    const done = sameJob('ok.py').theirs;
    const [attempt, foreign] = [await one.dispatch(mine), await other.dispatch(theirs)];
    const ended = await other.dispatch(done);
    await other.collect(done, ended);
    await Promise.all([training(one, attempt), training(other, foreign)]);

    const { reaper, run, folders } = reaperOf(one);
    const { sightings } = await run(reaper.inspectJobs, times);
    // Of its own job it sees that its workflow is gone.
    expect(sightings.map(({ subject }) => subject)).toEqual([attempt.jobKey]);
    expect(await run(reaper.endOrphan, { jobKey: foreign.jobKey, backend: 'local' as const })).toBe(true);
    expect(await other.trainerProcesses(foreign)).toHaveLength(1);
    expect(await folders.list()).not.toContain(foreign.jobKey);
    await run(reaper.tidyFolders, times);
    expect(await readdir(join(one.dataDir, 'jobs'))).toEqual(
      expect.arrayContaining([attempt.jobKey, foreign.jobKey, ended.jobKey]),
    );
    await one.stop(mine);
    await other.stop(theirs);
  });
});

describe('a job that an earlier version began, whose name does not say whose it is', () => {
  /** What an earlier version left: row, head and process under the old names. */
  async function old(job: TrainingJobInput, label: string) {
    const lease = { intent: job.intent };
    const jobKey = jobKeyOf(lease, 1);
    await fence(one.objects, lease, 1);
    const { model, run, specDigest, intent, backend } = job;
    const jobDigest = jobDigestOf(job);
    await one.jobs.insert({ jobKey, intent, attempt: 1, model, run, specDigest, jobDigest, backend });
    const order = orderOf(job, { jobKey, attempt: 1, memoryFactor: 1 }, timing);
    await one.backend.submit({ jobKey, engineId: label, jobDigest, placement: {}, order });
    return jobKey;
  }

  it.each(['its own', 'local'])(
    'is adopted by its installation (label: %s), and paid once',
    async (label) => {
      const job = one.job('steps.py', { params: { steps: 20, pause: 0.05 } });
      const jobKey = await old(job, label === 'its own' ? one.engineId : label);
      const attempt = await one.dispatch(job);
      expect(attempt).toMatchObject({ attempt: 1, jobKey });
      expect(await one.wrapperProcesses({ jobKey })).toHaveLength(1);
      expect(await one.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(await readHead(one.objects, { intent: job.intent })).toMatchObject({ result: { attempt: 1 } });
      expect(await readHead(one.objects, one.lease(job.intent))).toBeUndefined();
    },
  );

  it('that failed is followed by an attempt that resumes from its checkpoint', async () => {
    const job = one.job('steps.py', { params: { steps: 100, pause: 0.05 } });
    const jobKey = await old(job, one.engineId);
    await until(async () => (await readHead(one.objects, { intent: job.intent }))?.checkpoint);
    for (const { pid } of await one.processes({ jobKey })) signal(pid, 'SIGKILL');
    const first = await one.dispatch(job);
    expect(await one.collect(job, first)).toMatchObject({ state: 'failed', class: 'infrastructure' });
    const second = await one.dispatch(job, 2);
    expect(second.jobKey).toBe(jobKeyOf({ intent: job.intent }, 2));
    const { checkpoint } = (await readHead(one.objects, { intent: job.intent }))!;
    expect(checkpoint?.step).toBeGreaterThan(0);
    await one.stop(job, 2);
  });

  it('of another installation is not taken for an own one', async () => {
    const job = one.job('steps.py', slow);
    const jobKey = await old(job, other.engineId);
    const handle = { jobKey, nativeId: '1', nativeUid: null };
    expect(await one.backend.status(handle)).toEqual({ kind: 'absent' });
    await expect(one.dispatch(job)).rejects.toThrow('belongs to another installation');
    await one.backend.cancel(handle, { kill: true });
    expect(await other.backend.status(handle)).toEqual({ kind: 'running' });
    await other.backend.cancel(handle, { kill: true });
  });
});
