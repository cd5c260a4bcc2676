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
import { openLocalBackend } from '../../../infra/adapters/jobs/local/local.js';
import { openJobStore } from '../../../infra/adapters/postgres/job-store.js';
import { processesWith, signal } from '../../../infra/adapters/jobs/process-identity.js';
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
import { shareEnvironments } from '../environments.js';
import { sha } from '../fixtures.js';
import { trainers } from './trainers.js';

/** A client without effect, for watches that would report to a workflow. */
const toNobody = {
  withAbortSignal: (_: AbortSignal, work: () => Promise<unknown>) => work(),
  workflow: { getHandle: () => ({ signal: async () => undefined }) },
} as unknown as Client;

/** Hides failures that a test provokes on purpose. */
const quiet = new DefaultLogger('ERROR');

export const timing: LeaseTiming = { beatMs: 200, leaseMs: 60_000, graceMs: 2_000 };

/** The job engine on which a bench runs its jobs. */
export interface BenchEngine {
  name: BackendName;
  backend: (options: StageOptions) => JobBackend;
  resources?: Partial<Resources>;
  placement?: Placement;
}
const local: BenchEngine = { name: 'local', backend: openLocalBackend };

/**
 * The training activities over one backend, this run's S3 and a fresh database. `close` removes everything.
 *
 * @param change.s3Port port by which the wrapper reaches the store, e.g. of a line that can be cut
 * @param change.engineId must differ between benches that share a cluster. Default: a random one
 * @param change.dataDir folder of jobs that belongs to another bench, which removes it. Default: an own one
 * @param change.ownEnvironments builds Python environments of its own instead of those that all tests share
 */
export async function trainingBench(
  change: {
    timing?: Partial<LeaseTiming>;
    s3Port?: number;
    engine?: BenchEngine;
    engineId?: string;
    dataDir?: string;
    jobDiskBytes?: number;
    ownEnvironments?: boolean;
  } = {},
) {
  const engine = change.engine ?? local;
  const s3 = inject('s3');
  const dataDir = change.dataDir ?? (await mkdtemp(join(tmpdir(), 'mainspring-jobs-')));
  if (change.dataDir === undefined && !change.ownEnvironments) await shareEnvironments(dataDir);
  const database = await freshDatabase();
  await migrate(database.url);
  const db: Kysely<Database> = openDatabase(database.url);
  const client = openS3(s3);
  const cache = join(dataDir, 'cache');
  const artifacts = openArtifactStore(client, s3.bucket, cache);
  const objects = openObjectStore(client, s3.bucket);
  const wrapper = await buildWrapper(dataDir);
  const engineId = change.engineId ?? `engine-${randomUUID().slice(0, 8)}`;
  const lease = (intent: string) => ({ intent, engineId });
  const backendOptions = {
    engineId,
    ...(change.jobDiskBytes === undefined ? {} : { jobDiskBytes: change.jobDiskBytes }),
    dataDir,
    wrapper,
    sdk: join(dataDir, 'sdk'),
    cache,
    // Only the wrapper's line can be cut; the test itself always reaches the store.
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
    engineId,
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

  /** Run an activity as a worker does. */
  const act = <I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> =>
    new MockActivityEnvironment({}, { logger: quiet, client: toNobody }).run(activity, input);

  /** The request that dispatch passes to a backend. The intent gets its head, without which no wrapper works. */
  const request = async (input: TrainingJobInput, attempt = 1): Promise<JobRequest> => {
    await fence(objects, lease(input.intent), attempt);
    const jobKey = jobKeyOf(lease(input.intent), attempt);
    const order = orderOf(input, { engineId, jobKey, attempt, memoryFactor: 1 }, deps.timing);
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
    /** The names of an intent. */
    lease,
    job,
    request,
    /** The activities of another worker, which shares only the stores with this one. */
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
    /** Cancel an attempt as its workflow does. */
    stop: async (input: TrainingJobInput, attempt = 1): Promise<JobOutcome> => {
      const { intent, backend: name } = input;
      const request = { intent, attempt, backend: name, reason: 'the test stops it' };
      const { job: stopped } = await act(activities.cancelJob, request);
      if (!stopped) throw new Error(`${intent} was never dispatched`);
      return act(activities.collectJob, { ...stopped, end: 'ended' });
    },
    /**
     * Start the wrapper of an attempt a second time, like a backend that accepted a submit twice.
     *
     * @returns its exit code
     */
    startCopy: async (jobKey: string): Promise<number | null> => {
      const folder = join(dataDir, 'jobs', jobKey);
      await writeFile(join(folder, 'secrets.json'), JSON.stringify(s3));
      const copy = spawn(process.execPath, [wrapper, folder], { stdio: 'ignore', cwd: folder });
      return new Promise((resolve) => copy.once('exit', resolve));
    },
    /** Processes of an attempt: wrapper and trainer. */
    processes: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`MAINSPRING_JOB_KEY=${attempt.jobKey}`, `TRAINER_JOB_KEY=${attempt.jobKey}`),
    trainerProcesses: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`TRAINER_JOB_KEY=${attempt.jobKey}`),
    wrapperProcesses: (attempt: Pick<JobAttempt, 'jobKey'>) =>
      processesWith(`MAINSPRING_JOB_KEY=${attempt.jobKey}`),
    buildEnvironment: () => act(activities.buildEnvironment, { environment }),
    close: async () => {
      const keys = intents.flatMap((intent) =>
        [1, 2, 3, 4].map((attempt) => jobKeyOf(lease(intent), attempt)),
      );
      const left = await processesWith(
        ...keys.flatMap((key) => [`MAINSPRING_JOB_KEY=${key}`, `TRAINER_JOB_KEY=${key}`]),
      );
      for (const { pid } of left) signal(pid, 'SIGKILL');
      const listed = await backend.list(deps.engineId);
      const jobsLeft = listed.kind === 'listed' ? listed.jobs : [];
      for (const { handle } of jobsLeft) await backend.cancel(handle, { kill: true });
      deps.suggester.close();
      await db.destroy();
      await database.drop();
      if (change.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      if (jobsLeft.length > 0) throw new Error(`the test left ${jobsLeft.length} jobs in ${engine.name}`);
      if (left.length > 0) throw new Error(`the test left ${left.length} processes of jobs behind`);
    },
  };
}
export type TrainingBench = Awaited<ReturnType<typeof trainingBench>>;
