import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { create } from 'tar';
import { inject } from 'vitest';
import { createTrainingActivities } from '../../../activities/training/index.js';
import type { JobBackend, JobRequest } from '../../../activities/ports/job-backend.js';
import type { LeaseTiming } from '../../../activities/ports/job-order.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { fence } from '../../../activities/training/lease/head.js';
import { jobDigestOf, orderOf } from '../../../activities/training/order.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import type { JobAttempt, JobOutcome } from '../../../contracts/job-lease.js';
import type { BackendName, Placement, Resources } from '../../../contracts/spec/training.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { openLocalBackend } from '../../../infra/adapters/jobs/local.js';
import { openJobStore } from '../../../infra/adapters/jobs/job-store.js';
import { processesWith } from '../../../infra/adapters/jobs/process-identity.js';
import { openPythonEnvironments } from '../../../infra/adapters/jobs/python-environments.js';
import type { StageOptions } from '../../../infra/adapters/jobs/stage-job.js';
import { buildWrapper } from '../../../infra/adapters/jobs/wrapper-bundle.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRungStore } from '../../../infra/adapters/postgres/rungs.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { openTrialStore } from '../../../infra/adapters/postgres/trials.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../../infra/adapters/s3/object-store.js';
import { openSuggester } from '../../../infra/adapters/suggest/optuna.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../database.js';
import { sha } from '../fixtures.js';
import { trainers } from './trainers.js';

/** What a watch of many seconds tells its workflow, which is not there. */
const toNobody = {
  withAbortSignal: (_: AbortSignal, work: () => Promise<unknown>) => work(),
  workflow: { getHandle: () => ({ signal: async () => undefined }) },
} as unknown as Client;

/** Failures that a test provokes are not news. */
const quiet = new DefaultLogger('ERROR');

export const timing: LeaseTiming = { beatMs: 200, leaseMs: 60_000, graceMs: 2_000 };

/** The job engine that a bench runs jobs on. */
export interface BenchEngine {
  name: BackendName;
  backend: (options: StageOptions) => JobBackend;
  resources?: Partial<Resources>;
  placement?: Placement;
}
const local: BenchEngine = { name: 'local', backend: openLocalBackend };

/**
 * The training activities over one backend, the run's S3 and a fresh database; everything gone after `close`.
 *
 * @param change.s3Port what the wrapper reaches the store by, e.g. a line that can be cut
 * @param change.engineId differs between benches that share a cluster
 */
export async function trainingBench(
  change: { timing?: Partial<LeaseTiming>; s3Port?: number; engine?: BenchEngine; engineId?: string } = {},
) {
  const engine = change.engine ?? local;
  const s3 = inject('s3');
  const dataDir = await mkdtemp(join(tmpdir(), 'mainspring-jobs-'));
  const database = await freshDatabase();
  await migrate(database.url);
  const db: Kysely<Database> = openDatabase(database.url);
  const client = openS3(s3);
  const cache = join(dataDir, 'cache');
  const artifacts = openArtifactStore(client, s3.bucket, cache);
  const objects = openObjectStore(client, s3.bucket);
  const wrapper = await buildWrapper(dataDir);
  const backendOptions = {
    dataDir,
    wrapper,
    sdk: join(dataDir, 'sdk'),
    cache,
    // Only the wrapper's line can be cut; the test sees the store all the time.
    s3: { ...s3, port: change.s3Port ?? s3.port },
    environment: { ...process.env, ENGINE_SECRET: 'must not be seen' },
  };
  const backend = engine.backend(backendOptions);
  const jobs = openJobStore(db);
  const environments = openPythonEnvironments({
    dataDir,
    python: 'python3',
    artifacts,
    environment: process.env,
  });
  const deps = {
    jobs,
    backends: { [engine.name]: backend },
    objects,
    artifacts,
    environments,
    engineId: change.engineId ?? 'engine-1',
    timing: { ...timing, ...change.timing },
    rungs: openRungStore(db),
    trials: openTrialStore(db),
    suggester: openSuggester({ environments, artifacts, environment: process.env }),
  };
  const activities = createTrainingActivities(deps);

  async function pack(): Promise<ArtifactRef> {
    const folder = join(dataDir, 'trainer');
    await mkdir(folder, { recursive: true });
    for (const [name, code] of Object.entries(trainers)) await writeFile(join(folder, name), code);
    const file = join(dataDir, 'code.tar.gz');
    await create({ gzip: true, cwd: folder, file, portable: true }, Object.keys(trainers));
    return artifacts.putFile(file, MediaType.tarGzip);
  }
  const [code, environment, train] = await Promise.all([
    pack(),
    artifacts.put('# no packages\n', MediaType.text),
    artifacts.put('rows', MediaType.parquet),
  ]);
  const intents: string[] = [];

  const job = (trainer: keyof typeof trainers, more: Partial<TrainingJobInput> = {}): TrainingJobInput => {
    const run = `r-${randomUUID().slice(0, 8)}`;
    const intent = `tiny/${run}/trial-0`;
    intents.push(more.intent ?? intent);
    return {
      model: 'tiny',
      run,
      specDigest: sha('spec'),
      intent,
      backend: engine.name,
      command: ['python', trainer],
      code,
      environment,
      channels: { train: { artifact: train, rows: 1, columns: {}, range: null } },
      columns: { features: ['x'], label: 'label' },
      params: { x: 1 },
      resources: { cpus: 1, memory: '512MiB', gpus: 0, nodes: 1, ...engine.resources },
      placement: engine.placement ?? {},
      retries: { infrastructure: 3, preempted: 3, outOfMemory: 0, user: 0 },
      seed: 1,
      deadline: new Date(Date.now() + 600_000).toISOString(),
      objective: 'log_loss',
      ...more,
    };
  };

  /** Run an activity as a worker would. */
  const act = <I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> =>
    new MockActivityEnvironment({}, { logger: quiet, client: toNobody }).run(activity, input);

  /** What dispatch hands to a backend; the intent has its head, without which no wrapper works. */
  const request = async (input: TrainingJobInput, attempt = 1): Promise<JobRequest> => {
    await fence(objects, input.intent, attempt);
    const jobKey = jobKeyOf(input.intent, attempt);
    const order = orderOf(input, { jobKey, attempt, memoryFactor: 1 }, deps.timing);
    const { placement } = input;
    return { jobKey, engineId: deps.engineId, jobDigest: jobDigestOf(input), placement, order };
  };

  const watch = (attempt: JobAttempt, deadline: string) => act(activities.watchJob, { ...attempt, deadline });

  return {
    ...deps,
    dataDir,
    databaseUrl: database.url,
    backend,
    backendOptions,
    db,
    activities,
    environment,
    job,
    request,
    /** The activities of another worker: it has the stores, and knows nothing else of what this one did. */
    anotherWorker: () =>
      createTrainingActivities({ ...deps, backends: { [engine.name]: engine.backend(backendOptions) } }),
    act,
    watch,
    dispatch: (input: TrainingJobInput, attempt = 1) =>
      act(activities.dispatchJob, { job: input, attempt, memoryFactor: 1 }),
    collect: async (input: TrainingJobInput, attempt: JobAttempt): Promise<JobOutcome> => {
      const { end } = await watch(attempt, input.deadline);
      return act(activities.collectJob, { ...attempt, end });
    },
    /** Cancel an attempt as its workflow would. */
    stop: async (input: TrainingJobInput, attempt = 1): Promise<JobOutcome> => {
      const { intent, backend: name } = input;
      const request = { intent, attempt, backend: name, reason: 'the test stops it' };
      const { job: stopped } = await act(activities.cancelJob, request);
      if (!stopped) throw new Error(`${intent} was never dispatched`);
      return act(activities.collectJob, { ...stopped, end: 'ended' });
    },
    /** Start the wrapper of an attempt a second time, as a backend would that took a submit twice. @returns its exit code */
    startCopy: async (jobKey: string): Promise<number | null> => {
      const folder = join(dataDir, 'jobs', jobKey);
      await writeFile(join(folder, 'secrets.json'), JSON.stringify(s3));
      const copy = spawn(process.execPath, [wrapper, folder], { stdio: 'ignore', cwd: folder });
      return new Promise((resolve) => copy.once('exit', resolve));
    },
    /** Processes of an attempt, wrapper and trainer. */
    processes: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`MAINSPRING_JOB_KEY=${attempt.jobKey}`, `TRAINER_JOB_KEY=${attempt.jobKey}`),
    trainerProcesses: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`TRAINER_JOB_KEY=${attempt.jobKey}`),
    wrapperProcesses: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`MAINSPRING_JOB_KEY=${attempt.jobKey}`),
    buildEnvironment: () => act(activities.buildEnvironment, { environment }),
    close: async () => {
      const keys = intents.flatMap((intent) => [1, 2, 3, 4].map((attempt) => jobKeyOf(intent, attempt)));
      const left = await processesWith(
        ...keys.flatMap((key) => [`MAINSPRING_JOB_KEY=${key}`, `TRAINER_JOB_KEY=${key}`]),
      );
      for (const { pid } of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Over by now.
        }
      }
      const listed = await backend.list(deps.engineId);
      const jobsLeft = listed.kind === 'listed' ? listed.jobs : [];
      for (const { handle } of jobsLeft) await backend.cancel(handle, { kill: true });
      deps.suggester.close();
      await db.destroy();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      if (jobsLeft.length > 0) throw new Error(`the test left ${jobsLeft.length} jobs in ${engine.name}`);
      if (left.length > 0) throw new Error(`the test left ${left.length} processes of jobs behind`);
    },
  };
}
export type TrainingBench = Awaited<ReturnType<typeof trainingBench>>;
