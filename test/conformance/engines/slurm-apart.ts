import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { readClaim } from '../../../activities/training/lease/claim.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { trainingJobId } from '../../../contracts/ids.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { TrainingJobInput, TrainingJobResult } from '../../../contracts/training.js';
import { openSlurmBackend } from '../../../infra/adapters/jobs/slurm/slurm.js';
import { type TestSlurm, startSlurm } from '../../support/slurm/slurm.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';
import { workflowHarness } from '../../support/workflows.js';

export interface Apart {
  slurm: TestSlurm;
  bench: TrainingBench;
  /**
   * Train a job with the real workflow.
   *
   * @returns a promise of its result
   */
  train(job: TrainingJobInput): Promise<{ result: Promise<TrainingJobResult | Error> }>;
  /** Rows of an intent, one per attempt, oldest first. */
  attempts(job: TrainingJobInput): Promise<{ attempt: number; state: string; class: string | null }[]>;
  /** Attempts of an intent in which a process passed its claim. */
  claimed(job: TrainingJobInput): Promise<number[]>;
}

/**
 * Play a scenario with its own Slurm, database and workers, so that several long scenarios can run at once.
 *
 * @param namespace namespace of Temporal that no other test uses meanwhile
 * @param wrapper program that jobs run instead of this wrapper
 */
export async function apart(
  namespace: string,
  play: (stage: Apart) => Promise<void>,
  wrapper = (path: string): string => path,
): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  const problems: unknown[] = [];
  const keep = async <T>(starting: Promise<T>, end: (started: T) => Promise<unknown>): Promise<T> => {
    const started = await starting;
    undo.unshift(() => end(started));
    return started;
  };
  try {
    const slurm = await keep(startSlurm(), (cluster) => cluster.stop());
    const bench = await keep(
      trainingBench({
        engine: {
          name: 'slurm',
          backend: (options) =>
            openSlurmBackend({ ...options, wrapper: wrapper(options.wrapper) }, { conf: slurm.conf }),
          placement: { slurm: { partition: 'spot' } },
        },
        // Time until a lost attempt is recognised.
        timing: { leaseMs: 20_000 },
        engineId: `apart-${randomUUID().slice(0, 8)}`,
      }),
      (started) => started.close(),
    );
    const harness = await keep(workflowHarness('test/workflows/fakes/training.ts', namespace), (started) =>
      started.close(),
    );
    await harness.run({ ...bench.activities }, (client) =>
      play({
        slurm,
        bench,
        train: async (job) => {
          const handle = await client.workflow.start('trainingJob', {
            workflowId: trainingJobId(job.intent),
            taskQueue: TaskQueue.control,
            args: [job],
          });
          // Handled here too, because a failed scenario no longer waits for the result.
          const result = (handle.result() as Promise<TrainingJobResult>).catch((error: Error) => error);
          return { result };
        },
        attempts: ({ intent }) =>
          bench.db
            .selectFrom('jobs')
            .select(['attempt', 'state', 'class'])
            .where('intent', '=', intent)
            .orderBy('attempt')
            .execute(),
        claimed: async ({ intent }) => {
          const claims = [1, 2, 3, 4, 5].map(async (attempt) =>
            (await readClaim(bench.objects, jobKeyOf(bench.lease(intent), attempt))) ? [attempt] : [],
          );
          return (await Promise.all(claims)).flat();
        },
      }),
    );
    // Wait until the queue is empty.
    await until(async () => (await slurm.run('squeue', '-h')) === '');
    expect(await bench.backend.list(bench.engineId)).toEqual({ kind: 'listed', jobs: [] });
  } catch (error) {
    problems.push(error);
  }
  for (const end of undo) await end().catch((error: unknown) => problems.push(error));
  // The first error is the cause; the others may be consequences.
  if (problems.length > 0) throw problems[0];
}
