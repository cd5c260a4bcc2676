import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStudyActivities } from '../../../activities/study/index.js';
import { studyId } from '../../../contracts/ids.js';
import { Training } from '../../../contracts/spec/training.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { StudyInput, StudyResult } from '../../../contracts/training.js';
import { sha } from '../../support/fixtures.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { type WorkflowHarness, workflowHarness } from '../../support/workflows.js';

let bench: TrainingBench;
let harness: WorkflowHarness;
beforeAll(async () => {
  bench = await trainingBench();
  harness = await workflowHarness('test/workflows/fakes/training.ts', 'study-on-jobs');
});
afterAll(async () => {
  await harness?.close();
  await bench?.close();
});

const aStudy = (trainer: string, trials: number): StudyInput => {
  const { code, environment, channels, columns } = bench.job('ok.py');
  return {
    model: 'tiny',
    run: `r-${randomUUID().slice(0, 8)}`,
    specDigest: sha('spec'),
    code,
    environment,
    training: Training.parse({
      code: 'trainer',
      command: ['python', trainer],
      environment: 'requirements.lock',
      search: {
        trials,
        parallel: 3,
        objective: { metric: 'log_loss', goal: 'minimize' },
        space: { x: { float: [0, 1] } },
        fixed: { steps: 1_000, pause: 0.05 },
      },
    }),
    columns,
    search: channels['train']!,
    validation: channels['train']!,
  };
};
const activities = () => ({
  ...bench.activities,
  ...createStudyActivities({ ...bench, client: harness.client }),
});
const rowsOf = (run: string) => bench.jobs.list({ model: 'tiny', run, limit: 100 });

describe('a study over real jobs', () => {
  it('trains each trial once, and settles its row', async () => {
    const input = aStudy('ok.py', 5);
    const result = await harness.run(activities(), (client) =>
      client.workflow.execute<(study: StudyInput) => Promise<StudyResult>>('study', {
        workflowId: studyId(input.model, input.run),
        taskQueue: TaskQueue.control,
        args: [input],
      }),
    );
    const rows = await rowsOf(input.run);
    expect(result.leaderboard).toMatchObject({ done: 5, failed: 0 });
    expect(rows.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(Array(5).fill('succeeded 1'));
    const seconds = rows.map(({ spend }) => spend?.wallSeconds ?? 0).reduce((sum, s) => sum + s, 0);
    expect(result.spend.wallSeconds).toBeCloseTo(seconds, 6);
  });

  it('leaves its jobs to the next worker when its own is gone, and stops them when it is cancelled', async () => {
    const input = aStudy('steps.py', 3);
    const start = {
      workflowId: studyId(input.model, input.run),
      taskQueue: TaskQueue.control,
      args: [input],
    };
    const running = async () => {
      const rows = await rowsOf(input.run);
      const processes = await Promise.all(rows.map((row) => bench.trainerProcesses(row)));
      return processes.flat().length === 3 && processes.flat().map(({ pid }) => pid);
    };
    const before = await harness.run(activities(), async (client) => {
      await client.workflow.start('study', start);
      return until(running);
    });
    // All workers have stopped; the jobs go on.
    expect((await running()) || []).toEqual(before);
    await harness.run(activities(), async (client) => {
      const handle = client.workflow.getHandle(start.workflowId);
      await until(async () => (await rowsOf(input.run)).every(({ state }) => state === 'running'));
      expect((await running()) || []).toEqual(before);
      await handle.cancel();
      await handle.result().catch(() => undefined);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    const rows = await rowsOf(input.run);
    expect(rows.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(Array(3).fill('cancelled 1'));
    for (const row of rows) expect(await bench.processes(row)).toEqual([]);
  });
});
