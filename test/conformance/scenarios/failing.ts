import { expect, it } from 'vitest';
import { signal } from '../../../infra/adapters/jobs/process-identity.js';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { readHead } from '../../../activities/training/lease/head.js';
import type { JobOutcome } from '../../../contracts/job-lease.js';
import type { TrainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { type Stage, checkpointed, gone, slow } from '../stage.js';

/** The causes of an attempt's end are distinguished, and the next attempt resumes from its checkpoint. */
export function failing(stage: Stage): void {
  const { engine } = stage;
  const comesTo = async (...[trainer, more]: Parameters<TrainingBench['job']>): Promise<JobOutcome> => {
    const job = stage.bench.job(trainer, more);
    return stage.bench.collect(job, await stage.bench.dispatch(job));
  };

  /** Start a job that counts, inject a fault once it has a checkpoint, and expect attempt 2 to resume from there. */
  async function hurt(
    how: (attempt: { jobKey: string }) => Promise<unknown>,
    expected: Partial<JobOutcome>,
  ): Promise<void> {
    const { bench } = stage;
    // Long enough for the slowest fault, because a job that ends earlier has a result. After it resumes it ends
    // soon.
    const job = bench.job('steps.py', { params: { steps: 1_200, pause: 0.1, resumed_steps: 5 } });
    const first = await bench.dispatch(job);
    await checkpointed(stage, job.intent);
    const undo = await how(first);
    const outcome = await bench.collect(job, first);
    expect(outcome).toMatchObject({ state: 'failed', result: null, ...expected });
    expect(outcome.spend.wallSeconds).toBeGreaterThan(0);

    const second = await bench.collect(job, await bench.dispatch(job, 2));
    expect(second).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(second.result?.metrics['started_at']).toBeGreaterThan(0);
    expect(await readHead(bench.objects, bench.lease(job.intent))).toMatchObject({
      attempt: 2,
      result: { attempt: 2 },
    });
    await gone(stage, first);
    if (typeof undo === 'function') await (undo as () => Promise<void>)();
  }

  it.each([
    ['wrapper', 'wrapperProcesses'],
    ['trainer', 'trainerProcesses'],
  ] as const)('by kill -9 of its %s is infrastructure, and resumes', async (_, which) => {
    const { bench } = stage;
    await hurt(
      async (attempt) => {
        const [victim] = await bench[which](attempt);
        process.kill(victim!.pid, 'SIGKILL');
      },
      { class: 'infrastructure' },
    );
  });

  it('by a TERM from outside is pre-empted with its checkpoint written, and resumes', async () => {
    const { bench } = stage;
    await hurt(
      async (attempt) => {
        const [wrapper] = await bench.wrapperProcesses(attempt);
        process.kill(wrapper!.pid, 'SIGTERM');
      },
      { class: 'preempted', exitCode: 75 },
    );
  });

  it.each([64, 65, 78])('by exit code %i is refused, with the reason of its trainer', async (code) => {
    expect(await comesTo('exits.py', { params: { code } })).toMatchObject({
      state: 'failed',
      class: 'user',
      exitCode: code,
      reason: `this will never work: ${code}`,
      logTail: expect.stringContaining(`about to exit ${code}`) as string,
    });
  });

  it('by a crash is the user’s own error, with its log', async () => {
    const outcome = await comesTo('crash.py');
    expect(outcome).toMatchObject({ state: 'failed', class: 'user', exitCode: 1 });
    expect(outcome.logTail).toContain('ValueError: column x is not there');
  });

  it('by storage or network of its machine is infrastructure', async () => {
    expect(await comesTo('exits.py', { params: { code: 69 } })).toMatchObject({
      class: 'infrastructure',
      exitCode: 69,
    });
  });

  it('without a model violates the contract', async () => {
    expect(await comesTo('no-model.py')).toMatchObject({ class: 'contract', exitCode: 0 });
  });

  it('by its deadline is timed out', async () => {
    const deadline = new Date(Date.now() + 3_000).toISOString();
    expect(await comesTo('steps.py', { ...slow, deadline })).toMatchObject({ class: 'timedOut' });
  });

  stage.given(engine.faults.enforcesMemory, 'by taking too much memory is out of memory', async () => {
    expect(await comesTo('hungry.py')).toMatchObject({ state: 'failed', class: 'outOfMemory' });
  });

  stage.given(
    engine.faults.preempt,
    'by the engine that takes its room is pre-empted, and resumes',
    async () => {
      const { bench } = stage;
      await hurt(
        async ({ jobKey }) => {
          const found = await bench.backend.find(jobKey);
          if (found.kind === 'found') await engine.faults.preempt!(found.handle);
        },
        { class: 'preempted' },
      );
    },
  );

  stage.given(engine.faults.loseNode, 'with its machine is infrastructure, and resumes', async () => {
    const { bench } = stage;
    await hurt(
      async ({ jobKey }) => {
        const found = await bench.backend.find(jobKey);
        return found.kind === 'found' && (await engine.faults.loseNode!(found.handle));
      },
      { class: 'infrastructure' },
    );
  });

  stage.given(engine.faults.forgetting, 'because its engine forgot it is lost, and begins anew', async () => {
    const { bench } = stage;
    const release = await engine.faults.occupy?.();
    const job = bench.job('ok.py');
    const first = await engine.faults.forgetting!(async () => {
      const attempt = await bench.dispatch(job);
      // If the engine cannot make a job wait, the job is killed before its first sign of life.
      for (const { pid } of await bench.processes(attempt)) signal(pid, 'SIGKILL');
      return attempt;
    });
    expect(await bench.collect(job, first)).toMatchObject({ state: 'lost', class: 'lost', result: null });
    await release?.();
    expect(await bench.act(bench.activities.openJob, { intent: job.intent })).toEqual({ attempt: 2 });
    expect(await bench.collect(job, await bench.dispatch(job, 2))).toMatchObject({ state: 'succeeded' });
  });

  stage.given(
    engine.faults.forgetting && engine.faults.forgottenJobs === 'run on',
    'nowhere but in the memory of its engine works on, is waited for, and its result counts',
    async () => {
      const { bench } = stage;
      const job = bench.job('steps.py', { params: { steps: 100, pause: 0.05 } });
      const attempt = await engine.faults.forgetting!(async () => {
        const dispatched = await bench.dispatch(job);
        // A job that nobody lists and that has never beaten is lost.
        await until(() => readBeat(bench.objects, dispatched.jobKey));
        return dispatched;
      });
      expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded', attempt: 1 });
    },
  );
}
