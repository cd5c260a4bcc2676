import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../../infra/adapters/jobs/process-identity.js';
import { createReaperActivities } from '../../../activities/reaper/index.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { readCheckpoint } from '../../../activities/training/lease/result.js';
import { checkpointPrefix } from '../../../activities/training/lease/checkpoint-key.js';
import { openJobFolders } from '../../../infra/adapters/jobs/job-folders.js';
import { openReaperStore } from '../../../infra/adapters/postgres/reaper-store.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

const HOUR = 3_600_000;
let bench: TrainingBench;
let other: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  other = await trainingBench({ dataDir: bench.dataDir });
  await bench.buildEnvironment();
});
afterAll(async () => {
  await other?.close();
  await bench?.close();
});

const tidy = (keep: { keepSucceededMs: number; keepOthersMs: number }, keepLogsMs = HOUR) => {
  const deps = { ...bench, reaper: openReaperStore(bench.db), folders: openJobFolders(bench), keepLogsMs };
  return new MockActivityEnvironment().run(createReaperActivities(deps).tidyFolders, keep);
};
const stored = (jobKey: string) => bench.objects.list(checkpointPrefix(jobKey));
const headOf = (intent: string) => readHead(bench.objects, bench.lease(intent));

describe('objects of ended attempts', () => {
  it('checkpoints of an intent with a result go, its model and its log stay', async () => {
    const job = bench.job('steps.py', { params: { steps: 30, pause: 0.1 } });
    const theirs = other.job('steps.py', { params: { steps: 30, pause: 0.1 } });
    const [attempt, foreign] = [await bench.dispatch(job), await other.dispatch(theirs)];
    const outcome = await bench.collect(job, attempt);
    await other.collect(theirs, foreign);
    const held = await stored(foreign.jobKey);
    expect((await stored(attempt.jobKey)).length).toBeGreaterThan(3);
    expect(held.length).toBeGreaterThan(3);

    await tidy({ keepSucceededMs: 0, keepOthersMs: HOUR });
    expect(await stored(attempt.jobKey)).toEqual([]);
    expect(await bench.artifacts.exists(outcome.result!.model)).toBe(true);
    expect(await bench.objects.list(`logs/${attempt.jobKey}/`)).not.toEqual([]);
    // Another installation in the same bucket keeps its own.
    expect(await stored(foreign.jobKey)).toEqual(held);

    await tidy({ keepSucceededMs: 0, keepOthersMs: HOUR }, 0);
    expect(await bench.objects.list(`logs/${attempt.jobKey}/`)).toEqual([]);
    expect(await bench.objects.get(`series/${attempt.jobKey}.json`)).toBeUndefined();
    expect(await other.objects.list(`logs/${foreign.jobKey}/`)).not.toEqual([]);
  });

  it('the newest checkpoint of an intent without a result stays, and a later attempt resumes from it', async () => {
    const job = bench.job('steps.py', { params: { steps: 10_000, pause: 0.05, resumed_steps: 3 } });
    const first = await bench.dispatch(job);
    await until(async () => ((await headOf(job.intent))?.checkpoint?.step ?? 0) > 25);
    await tidy({ keepSucceededMs: 0, keepOthersMs: 0 });
    expect((await stored(first.jobKey)).length).toBeGreaterThan(3);
    for (const { pid } of await bench.processes(first)) signal(pid, 'SIGKILL');
    await bench.collect(job, first);

    await tidy({ keepSucceededMs: 0, keepOthersMs: HOUR });
    const { checkpoint } = (await headOf(job.intent))!;
    const { files } = await readCheckpoint(bench.artifacts, checkpoint!.manifest);
    expect(await stored(first.jobKey)).toHaveLength(1 + Object.keys(files).length);
    const second = await bench.dispatch(job, 2);
    expect(await bench.collect(job, second)).toMatchObject({
      state: 'succeeded',
      result: { metrics: { started_at: checkpoint!.step } },
    });
    await tidy({ keepSucceededMs: 0, keepOthersMs: HOUR });
    expect([...(await stored(first.jobKey)), ...(await stored(second.jobKey))]).toEqual([]);
  });

  it('the last checkpoint goes with its time, and a later attempt begins anew', async () => {
    const job = bench.job('steps.py', { params: { steps: 20, pause: 0.1 } });
    const first = await bench.dispatch(job);
    await until(async () => (await headOf(job.intent))?.checkpoint);
    for (const { pid } of await bench.processes(first)) signal(pid, 'SIGKILL');
    await bench.collect(job, first);
    await tidy({ keepSucceededMs: 0, keepOthersMs: 0 });
    expect(await stored(first.jobKey)).toEqual([]);
    expect(await headOf(job.intent)).toMatchObject({ checkpoint: null });
    const second = await bench.dispatch(job, 2);
    expect(await bench.collect(job, second)).toMatchObject({
      state: 'succeeded',
      result: { metrics: { started_at: 0 } },
    });
  });
});
