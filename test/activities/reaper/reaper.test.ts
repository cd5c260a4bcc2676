import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobBackend } from '../../../activities/ports/job-backend.js';
import { createReaperActivities } from '../../../activities/reaper/index.js';
import { createTrainingActivities } from '../../../activities/training/index.js';
import { readHead } from '../../../activities/training/lease/head.js';
import { trainingJobId } from '../../../contracts/ids.js';
import type { ReaperInput, ReaperReport } from '../../../contracts/reaper.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { openJobFolders } from '../../../infra/adapters/jobs/job-folders.js';
import { openReaperStore } from '../../../infra/adapters/postgres/reaper-store.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../../support/workflows.js';

const HOUR = 3_600_000;
const slow = { params: { steps: 10_000, pause: 0.05 } };

let bench: TrainingBench;
let harness: WorkflowHarness;
let client: Client;
let store: ReturnType<typeof openReaperStore>;
let isAway = false;
let cancels = 0;
let finish: () => void = () => {};
let running: Promise<void>;

beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
  harness = await workflowHarness('test/workflows/fakes/reaper.ts', 'reaper');
  client = harness.client;
  store = openReaperStore(bench.db);
  // The real backend behind a switch that makes it unreachable.
  const local: JobBackend = {
    ...bench.backend,
    list: async (engine) =>
      isAway ? { kind: 'unreachable', reason: 'the line is cut' } : bench.backend.list(engine),
  };
  const deps = {
    ...bench,
    backends: { local },
    reaper: store,
    folders: openJobFolders(bench),
  };
  const training = createTrainingActivities(deps);
  const activities = {
    ...training,
    ...createReaperActivities(deps),
    recordEnds: async () => ['run tiny/gone: cancelled'],
    cancelJob: (input: Parameters<typeof training.cancelJob>[0]) => {
      cancels += 1;
      return training.cancelJob(input);
    },
  };
  const finished = new Promise<void>((resolve) => (finish = resolve));
  running = harness.run(activities, () => finished);
});
afterAll(async () => {
  finish();
  await running;
  await harness?.close();
  await bench?.close();
});
beforeEach(async () => {
  isAway = false;
  cancels = 0;
  await bench.db.deleteFrom('reaper_sightings').execute();
  await bench.db.deleteFrom('reaper_actions').execute();
});

/** One pass of the reaper. By default it acts on the second sighting, whatever the time between them. */
const pass = (more: Partial<ReaperInput> = {}): Promise<ReaperReport> =>
  client.workflow.execute('reaper', {
    workflowId: `reaper/${randomUUID()}`,
    taskQueue: TaskQueue.control,
    args: [{ apartMs: 1, ...more }],
  });
/** A pass that does not act, because no sighting is old enough. */
const look = () => pass({ apartMs: HOUR });
const own = (job: TrainingJobInput) =>
  client.workflow.start('trainingJob', {
    workflowId: trainingJobId(job.intent),
    taskQueue: TaskQueue.control,
  });

/** Start a job that trains, with its workflow. */
async function training(job = bench.job('steps.py', slow)) {
  const owner = await own(job);
  const attempt = await bench.dispatch(job);
  await until(async () => (await bench.trainerProcesses(attempt)).length > 0);
  await until(async () => (await readHead(bench.objects, bench.lease(job.intent)))?.checkpoint);
  return { job, owner, attempt, row: () => bench.jobs.get(attempt.jobKey) };
}
const sees = (report: ReaperReport) => report.sightings.map(({ subject, action }) => ({ subject, action }));

describe('the reaper', () => {
  it('leaves a job alone that trains for an open workflow', async () => {
    const { job, owner, attempt } = await training();
    await look();
    const report = await pass();
    expect(report).toMatchObject({ sightings: [], due: [], done: [] });
    expect(report.census.jobs.find(({ jobKey }) => jobKey === attempt.jobKey)).toMatchObject({
      intent: job.intent,
      native: 'running',
      owner: 'open',
      claimed: true,
      head: 'current',
    });
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await bench.stop(job);
    await owner.terminate();
  });

  it('cancels a job whose workflow was terminated, at the second sighting, and records why', async () => {
    const { owner, attempt, row } = await training();
    await owner.terminate();
    expect(sees(await look())).toEqual([{ subject: attempt.jobKey, action: 'cancel' }]);
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);

    const report = await pass();
    expect(report.done).toEqual([{ subject: attempt.jobKey, outcome: 'cancelled' }]);
    expect(await row()).toMatchObject({ state: 'cancelled', class: 'cancelled' });
    expect((await row())?.spend?.wallSeconds).toBeGreaterThan(0);
    expect(await bench.processes(attempt)).toHaveLength(0);
    expect(await store.actions(10)).toMatchObject([
      {
        kind: 'ownerless',
        subject: attempt.jobKey,
        reason: 'its workflow is over, and nobody waits for it',
        outcome: 'cancelled',
      },
    ]);
    expect((await pass()).sightings).toEqual([]);
  });

  it('ends a job that no row knows', async () => {
    const { owner, attempt } = await training();
    await owner.terminate();
    await bench.db.deleteFrom('jobs').where('job_key', '=', attempt.jobKey).execute();
    expect(sees(await look())).toEqual([{ subject: attempt.jobKey, action: 'end' }]);
    expect((await pass()).done).toEqual([{ subject: attempt.jobKey, outcome: 'ended' }]);
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('ends a job that runs on although its row is over', async () => {
    const { owner, attempt, row } = await training();
    await owner.terminate();
    const before = await row();
    await bench.jobs.update(attempt.jobKey, before!.version, { state: 'cancelled', endedAt: new Date() });
    await look();
    const { sightings } = await pass();
    expect(sightings).toMatchObject([{ action: 'end', reason: 'it is running, and its row says cancelled' }]);
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('finds a trainer that outlived its wrapper and the shell that should have ended it', async () => {
    const { owner, attempt, row } = await training();
    await owner.terminate();
    // Kill the shell that would end the trainer with its wrapper, and then the wrapper.
    const [trainer] = await bench.trainerProcesses(attempt);
    const stat = await readFile(`/proc/${trainer!.pid}/stat`, 'utf8');
    const group = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]!;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes('share-fate') && command.includes(`\0${group}\0`))
        process.kill(Number(pid), 'SIGKILL');
    }
    const [wrapper] = await bench.wrapperProcesses(attempt);
    process.kill(wrapper!.pid, 'SIGKILL');
    // The row after a settlement that did not see the running job.
    await bench.jobs.update(attempt.jobKey, (await row())!.version, { state: 'lost', endedAt: new Date() });
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await look();
    await pass();
    expect(await bench.processes(attempt)).toHaveLength(0);
  });

  it('calls a row without job and beat lost, and forbids its attempt to write', async () => {
    const job = bench.job('ok.py');
    const owner = await own(job);
    const jobKey = `ms-gone${randomUUID().replaceAll(/[^a-f]/g, '')}-a1`;
    const { intent, model, run, specDigest, backend } = job;
    await bench.jobs.insert({
      jobKey,
      intent,
      attempt: 1,
      model,
      run,
      specDigest,
      backend,
      jobDigest: 'none',
    });
    await bench.jobs.update(jobKey, 1, { state: 'submitted', nativeId: '1' });
    await look();
    expect((await pass()).sightings, 'a young one may be on its way').toEqual([]);
    await bench.db
      .updateTable('jobs')
      .set({ created_at: new Date(Date.now() - HOUR) })
      .where('job_key', '=', jobKey)
      .execute();
    await look();
    expect((await pass()).done).toEqual([{ subject: jobKey, outcome: 'lost' }]);
    expect(await bench.jobs.get(jobKey)).toMatchObject({ state: 'lost' });
    expect(await readHead(bench.objects, bench.lease(intent))).toMatchObject({ cancelled: true });
    await owner.terminate();
  });

  it('does nothing to the jobs of a backend that does not answer', async () => {
    const { job, owner, attempt } = await training();
    await look();
    await owner.terminate();
    isAway = true;
    await look();
    const report = await pass();
    expect(report).toMatchObject({ sightings: [], done: [] });
    expect(report.census.backends).toEqual([{ name: 'local', unreachable: 'the line is cut' }]);
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await bench.stop(job);
  });

  it('does nothing twice when two of them run at once', async () => {
    const { owner, attempt } = await training();
    await owner.terminate();
    await look();
    const reports = await Promise.all([pass(), pass(), pass()]);
    expect(reports.flatMap(({ done }) => done)).toEqual([{ subject: attempt.jobKey, outcome: 'cancelled' }]);
    expect(cancels).toBe(1);
    expect(await store.actions(10)).toHaveLength(1);
  });

  it('only looks in a dry run, also at what is due', async () => {
    const { job, owner, attempt } = await training();
    await owner.terminate();
    expect(sees(await pass({ dryRun: true }))).toEqual([{ subject: attempt.jobKey, action: 'cancel' }]);
    expect(await store.sightings()).toEqual([]);
    await look();
    const report = await pass({ dryRun: true });
    expect(report.due).toHaveLength(1);
    expect(report.done).toEqual([]);
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await bench.stop(job);
  });

  it('forgets what was mended between two passes', async () => {
    const { job, owner, attempt } = await training();
    await owner.terminate();
    await look();
    const again = await own(job);
    await look();
    expect(await store.sightings()).toEqual([]);
    await again.terminate();
    const report = await look();
    expect(report.sightings).toMatchObject([{ subject: attempt.jobKey, firstSeen: report.census.at }]);
    await bench.stop(job);
  });

  it('removes the folder of a job that succeeded, and later that of one that failed', async () => {
    const folder = (jobKey: string) => existsSync(join(bench.dataDir, 'jobs', jobKey));
    const good = bench.job('ok.py');
    const succeeded = await bench.dispatch(good);
    await bench.collect(good, succeeded);
    const bad = bench.job('exits.py', { params: { code: 1 } });
    const failed = await bench.dispatch(bad);
    await bench.collect(bad, failed);

    expect((await pass()).tidied).toBe(0);
    const first = await pass({ keepSucceededMs: 0 });
    expect(first.tidied).toBeGreaterThan(0);
    expect([folder(succeeded.jobKey), folder(failed.jobKey)]).toEqual([false, true]);
    await pass({ keepSucceededMs: 0, keepOthersMs: 0 });
    expect(folder(failed.jobKey)).toBe(false);
    expect(await store.actions(100)).toContainEqual(
      expect.objectContaining({ kind: 'folder', subject: failed.jobKey, reason: 'failed, kept for 0 h' }),
    );
  });

  it('says which workflow is open without a job once it had its time', async () => {
    const job = bench.job('ok.py');
    const owner = await own(job);
    const report = await until(async () => {
      const found = await pass({ dryRun: true });
      return found.census.jobless.some(({ intent }) => intent === job.intent) ? found : undefined;
    });
    expect(report.sightings).toEqual([]);
    await owner.terminate();
  });
});
