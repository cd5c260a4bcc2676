import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { create } from 'tar';
import { MediaType } from '../../contracts/artifacts.js';
import { digestOf } from '../../contracts/digest.js';
import { studyId } from '../../contracts/ids.js';
import { studyLeaderboard } from '../../contracts/job-lease.js';
import { Training } from '../../contracts/spec/training.js';
import type { StudyRun } from '../../contracts/study.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { StudyResult } from '../../contracts/training.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { startStack } from '../../infra/dev/stack.js';
import { forTemporal } from '../../workflows/for-temporal.js';

/** The smallest trainer that follows the contract. Its loss is its rate; it sleeps for `seconds`. */
export const TRAINER = `sleep "$SM_HP_SECONDS"
mkdir -p "$TRAINER_BASE/model" "$TRAINER_BASE/output"
echo onnx > "$TRAINER_BASE/model/model.onnx"
echo "{\\"metrics\\":{\\"log_loss\\":$SM_HP_RATE}}" > "$TRAINER_BASE/output/result.json"
`;
export const COMMAND = ['sh', 'train.sh'];

type Study = (study: StudyRun) => Promise<StudyResult>;

/** A whole stack with its workers, and studies of the smallest trainer. Removed by \`close\`. */
export async function openStudyWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));
  const stack = await startStack({ env: process.env, dataDir: folder, autoPorts: true });
  const { config } = stack;
  const connection = await Connection.connect({ address: config.temporal.address });
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const db = openDatabase(config.postgres.url);
  const { objectStore } = config;
  const artifacts = openArtifactStore(openS3(objectStore), objectStore.bucket, join(folder, 'bench-cache'));
  const trainer = join(folder, 'trainer');
  await mkdir(trainer);
  await writeFile(join(trainer, 'train.sh'), TRAINER);
  const packed = join(folder, 'code.tar.gz');
  await create({ gzip: true, cwd: trainer, file: packed, portable: true }, ['train.sh']);
  const [code, environment, rows] = await Promise.all([
    artifacts.putFile(packed, MediaType.tarGzip),
    artifacts.put('# no packages\n', MediaType.text),
    artifacts.put('rows', MediaType.parquet),
  ]);
  const table = { artifact: rows, rows: 1, columns: {}, range: null };

  return {
    folder,
    trainer,
    stack,
    client,
    db,
    start: (run: string, options: { trials: number; parallel: number; seconds: number }) => {
      const input: StudyRun = {
        model: 'bench',
        run,
        specDigest: digestOf(run),
        code,
        environment,
        training: Training.parse({
          code: 'trainer',
          command: COMMAND,
          environment: 'requirements.lock',
          search: {
            trials: options.trials,
            parallel: options.parallel,
            objective: { metric: 'log_loss', goal: 'minimize' },
            space: { rate: { float: [0.1, 0.9] } },
            fixed: { seconds: options.seconds },
          },
        }),
        columns: { features: ['x'], label: 'label' },
        search: table,
        validation: table,
      };
      return client.workflow.start<Study>('study', {
        workflowId: studyId('bench', run),
        taskQueue: TaskQueue.control,
        args: [input],
      });
    },
    /** Number of events of each run of a study. */
    runsOf: async (run: string): Promise<number[]> => {
      const events: number[] = [];
      const query = `WorkflowId = '${studyId('bench', run)}'`;
      for await (const found of client.workflow.list({ query })) events.push(found.historyLength);
      return events;
    },
    /** Seconds until the leaderboard answers. */
    askLeaderboard: async (run: string): Promise<number> => {
      const from = performance.now();
      await client.workflow.getHandle(studyId('bench', run)).query(forTemporal(studyLeaderboard));
      return (performance.now() - from) / 1_000;
    },
    /** Numbers of trials and jobs of a run in the tables. */
    counts: async (run: string) => {
      const of = <T extends 'trials' | 'jobs'>(name: T) =>
        db
          .selectFrom(name as 'trials')
          .where('model', '=', 'bench')
          .where('run', '=', run);
      const { trials } = await of('trials')
        .select((row) => row.fn.countAll<number>().as('trials'))
        .executeTakeFirstOrThrow();
      const jobs = await db
        .selectFrom('jobs')
        .select((row) => ['state', row.fn.countAll<number>().as('jobs')])
        .where('model', '=', 'bench')
        .where('run', '=', run)
        .groupBy('state')
        .execute();
      const most = await db
        .selectFrom('jobs')
        .select((row) => row.fn.max('attempt').as('attempt'))
        .where('run', '=', run)
        .executeTakeFirst();
      return {
        trials: Number(trials),
        jobs: Object.fromEntries(jobs.map((row) => [row.state, Number(row.jobs)])),
        attempts: most?.attempt ?? 0,
      };
    },
    close: async () => {
      await Promise.all([connection.close(), db.destroy()]);
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type StudyWorld = Awaited<ReturnType<typeof openStudyWorld>>;

export const round = (value: number): number => Math.round(value * 1_000) / 1_000;
