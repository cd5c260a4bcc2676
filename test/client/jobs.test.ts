import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createReaperActivities } from '../../activities/reaper/index.js';
import { connect } from '../../client/index.js';
import { trainingJobId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { openJobFolders } from '../../infra/adapters/jobs/job-folders.js';
import { openReaperStore } from '../../infra/adapters/postgres/reaper-store.js';
import { runCli } from '../../client/run-cli.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { type TrainingBench, trainingBench } from '../support/training/bench.js';
import { until } from '../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

vi.setConfig({ testTimeout: 120_000 });

let bench: TrainingBench;
let harness: ClientHarness;
let workers: WorkflowHarness;
let environment: Record<string, string>;
let finish: () => void = () => {};
let running: Promise<void>;
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
  harness = await clientHarness('jobs');
  // The client of another machine: it reaches the same servers, but has no folder of jobs.
  environment = { ...harness.environment, MAINSPRING_POSTGRES_URL: bench.databaseUrl };
  workers = await workflowHarness('test/workflows/fakes/reaper.ts', 'jobs');
  const folders = openJobFolders(bench);
  const activities = {
    ...bench.activities,
    ...createReaperActivities({ ...bench, reaper: openReaperStore(bench.db), folders }),
    recordEnds: async () => [],
  };
  const finished = new Promise<void>((resolve) => (finish = resolve));
  running = workers.run(activities, () => finished);
});
afterAll(async () => {
  finish();
  await running;
  await workers?.close();
  await harness?.close();
  await bench?.close();
});

/** Runs the command line in this process, and returns its output. */
async function cli(...args: string[]): Promise<string> {
  let text = '';
  const stdout = { write: (chunk: string) => ((text += chunk), true), isTTY: false } as NodeJS.WriteStream;
  const stderr = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
  const { signal } = new AbortController();
  expect(await runCli({ args, environment, stdout, stderr, user: 'ada', signal })).toBe(0);
  return text;
}

describe('jobs that are not over', () => {
  it('are shown with workflow, backend, beat, progress, and what the reaper thinks of them', async () => {
    const job = bench.job('prints.py', { params: { lines: 2_000, pause: 0.05 } });
    const owner = await workers.client.workflow.start('trainingJob', {
      workflowId: trainingJobId(job.intent),
      taskQueue: TaskQueue.control,
    });
    const attempt = await bench.dispatch(job);
    const mainspring = connect({ environment });
    const seen = await until(async () => {
      const live = await mainspring.jobs.live();
      return (live.jobs[0]?.figures?.curve.length ?? 0) > 3 ? live : undefined;
    });
    expect(seen).toMatchObject({
      source: 'reaper',
      backends: [{ name: 'local', unreachable: null }],
      jobs: [
        {
          jobKey: attempt.jobKey,
          intent: job.intent,
          native: 'running',
          owner: 'open',
          claimed: true,
          thinks: null,
        },
      ],
    });
    expect(seen.jobs[0]!.figures!.remainingSeconds).toBeGreaterThan(0);
    const text = await cli('jobs');
    expect(text).toMatch(/submitted +open +local: running +\d+\.\d s ago +░{12} \d+ % {2}step \d+ of 2000/);
    expect(text).toMatch(/▁ .*to go/);

    await owner.terminate();
    const orphaned = JSON.parse(await cli('jobs', '--json')) as typeof seen;
    expect(orphaned.jobs[0]).toMatchObject({ owner: 'closed', thinks: { action: 'cancel' } });
    expect(await cli('reap', '--dry-run')).toContain(
      `${attempt.jobKey}: its workflow is over, and nobody waits for it`,
    );
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);

    // A pass by hand acts on the same condition as a scheduled one: a sighting must be old enough.
    const hasty = connect({ environment: { ...environment, MAINSPRING_REAPER_MINUTES: '0.1' } });
    await hasty.reaper.run();
    expect(await bench.trainerProcesses(attempt)).toHaveLength(1);
    await bench.db
      .updateTable('reaper_sightings')
      .set({ first_seen: new Date(Date.now() - 3_600_000) })
      .execute();
    expect((await hasty.reaper.run()).done).toEqual([{ subject: attempt.jobKey, outcome: 'cancelled' }]);
    expect(await bench.processes(attempt)).toHaveLength(0);
    expect(await cli('jobs')).toContain('No jobs that are not over.');
    expect(await cli('jobs', '--all')).toMatch(/tiny\/r-\w+\/trial-0 +1 +cancelled/);
    await Promise.all([mainspring.close(), hasty.close()]);
  });

  it('are shown as they are on record when no worker answers', async () => {
    const job = bench.job('steps.py', { params: { steps: 10_000, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    await until(async () => (await bench.trainerProcesses(attempt)).length > 0);
    finish();
    await running;
    const mainspring = connect({ environment });
    const live = await mainspring.jobs.live();
    expect(live).toMatchObject({ source: 'database', backends: [] });
    expect(live.jobs).toMatchObject([{ jobKey: attempt.jobKey, native: 'unreachable', row: 'submitted' }]);
    expect(live.jobs[0]!.beatAt).not.toBeNull();
    await mainspring.close();
    await bench.stop(job);
  });
});
