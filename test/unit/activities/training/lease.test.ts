import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../../../../activities/ports/artifact-store.js';
import { defaultTiming } from '../../../../activities/ports/job-order.js';
import { makeCollectJob } from '../../../../activities/training/collect-job.js';
import { makeDispatchJob } from '../../../../activities/training/dispatch-job.js';
import { jobKeyOf } from '../../../../activities/training/job-key.js';
import { type Head, readHead } from '../../../../activities/training/lease/head.js';
import { makeOpenJob } from '../../../../activities/training/open-job.js';
import type { JobAttempt, JobOutcome } from '../../../../contracts/job-lease.js';
import { MainspringFailure } from '../../../../contracts/failures.js';
import { anArtifact } from '../../../support/fixtures.js';
import { aJob } from '../../../support/training/fake-activities.js';
import { Crash, type World, modelBackend, modelJobs, modelObjects } from './lease-model.js';

const artifacts = {
  exists: async () => true,
  read: async () => Buffer.from(JSON.stringify({ metrics: {}, model: anArtifact('model') })),
} as unknown as ArtifactStore;
const MAX_ATTEMPTS = 12;

/** Builds one world: stores, an engine with faults, and the activities over them. */
function build(world: World) {
  const objects = modelObjects(world);
  const jobs = modelJobs(world);
  const engine = modelBackend(world, objects);
  const deps = {
    jobs,
    objects,
    artifacts,
    backends: { local: engine.backend },
    engineId: 'e',
    timing: defaultTiming,
  };
  const heads: Head[] = [];
  const job = aJob('r-1');

  /**
   * Deliver an activity until it answers, as Temporal does. Sometimes the first answer is lost and it is delivered
   * twice.
   */
  async function deliver<T>(activity: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await activity();
        if (world.unlucky()) continue;
        return answer;
      } catch (error) {
        if (error instanceof MainspringFailure) throw error;
      }
    }
  }
  const dispatchJob = makeDispatchJob(deps);
  const collectJob = makeCollectJob({ ...deps, environments: { ensure: async () => '' } });

  /** Watch an attempt. If unlucky, a network partition makes a working job look lost. */
  async function watch(attempt: JobAttempt): Promise<'ended' | 'lost'> {
    for (;;) {
      const status = await engine.backend.status({ jobKey: attempt.jobKey, nativeId: '1', nativeUid: null });
      if (status.kind === 'ended') return 'ended';
      if (world.unlucky()) return 'lost';
    }
  }

  /**
   * A workflow that starts attempts until there is a result. Each dispatch is delivered twice at once, as after a
   * time-out.
   */
  async function lifecycle(): Promise<JobOutcome | undefined> {
    let { attempt } = await deliver(() => makeOpenJob(deps)({ intent: job.intent }));
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const input = { job, attempt, memoryFactor: 1 };
      const late = dispatchJob(input).catch(() => undefined);
      const dispatched = await deliver(() => dispatchJob(input));
      const end = await watch(dispatched);
      const outcome = await deliver(() => collectJob({ ...dispatched, end }));
      await late;
      const head = await readHead(
        { ...objects, get: quiet(objects.get) },
        { intent: job.intent, engineId: 'e' },
      );
      if (head) heads.push(head);
      if (outcome.result) return outcome;
      attempt = outcome.attempt + 1;
    }
    return undefined;
  }
  return { job, jobs, objects, engine, heads, lifecycle };
}

/** A world without faults, so that the final checks do not change the outcome. */
const quiet =
  <A extends unknown[], T>(read: (...args: A) => Promise<T>) =>
  async (...args: A): Promise<T> => {
    for (;;) {
      try {
        return await read(...args);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  };

describe('the job lease, whatever happens in whatever order', () => {
  it('has one live attempt, one process past its claim per attempt, and heads that only grow', async () => {
    let finished = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.infiniteStream(fc.nat(99)),
        fc.integer({ min: 0, max: 25 }),
        async (s, dice, percent) => {
          const world: World = {
            step: (what) => s.schedule(Promise.resolve(), what),
            unlucky: () => (dice.next().value as number) < percent,
          };
          const model = build(world);
          const outcome = await s.waitFor(
            (async () => {
              const ended = await model.lifecycle();
              await Promise.all(model.engine.running);
              return ended;
            })(),
          );

          expect(model.jobs.doubled).toEqual([]);
          for (const [, count] of model.engine.claimed) expect(count).toBe(1);
          const rank = ({ attempt, checkpoint }: Head) => [attempt, checkpoint?.step ?? 0] as const;
          for (const head of model.heads) if (head.result) expect(head.result.attempt).toBe(head.attempt);
          for (const [i, head] of model.heads.slice(1).entries()) {
            const [attempt, step] = rank(model.heads[i]!);
            expect(head.attempt).toBeGreaterThanOrEqual(attempt);
            expect(head.checkpoint?.step ?? 0).toBeGreaterThanOrEqual(step);
          }
          if (outcome) {
            finished += 1;
            const head = await s.waitFor(
              quiet(readHead)(model.objects, { intent: model.job.intent, engineId: 'e' }),
            );
            expect(head?.result?.attempt).toBe(outcome.attempt);
            expect(outcome.jobKey).toBe(
              jobKeyOf({ intent: model.job.intent, engineId: 'e' }, outcome.attempt),
            );
            // Every attempt except the last was over before the next one began.
            const states = [...model.jobs.rows.values()].map(({ state }) => state);
            expect(states.filter((state) => state === 'succeeded')).toHaveLength(1);
          }
        },
      ),
      { numRuns: 300 },
    );
    // The property is not vacuous: most worlds end with a result.
    expect(finished).toBeGreaterThan(150);
  }, 60_000);
});
