import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { create } from 'tar';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import { finalFitIntent, studyId, trainingJobId } from '../../../contracts/ids.js';
import { Training } from '../../../contracts/spec/training.js';
import { trainers } from '../../support/training/trainers.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { StudyInput, TrainingJobInput } from '../../../contracts/training.js';

export const MODEL = 'chaos';
/** The account that pays for all runs. */
export const ACCOUNT = 'chaos';
/** Seconds between two checkpoints of the trainer. */
export const STEP_SECONDS = 0.4;
const STEPS = 8;
const TRIALS = 4;
const PARALLEL = 2;

/** Studies and single jobs without a lifecycle, because this scenario tests training alone. */
export async function openWorkload(artifacts: ArtifactStore, folder: string) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'train.py'), trainers['steps.py']);
  const file = join(folder, 'code.tar.gz');
  await create({ gzip: true, cwd: folder, file, portable: true }, ['train.py']);
  const [code, environment, rows] = await Promise.all([
    artifacts.putFile(file, MediaType.tarGzip),
    artifacts.put('# no packages\n', MediaType.text),
    artifacts.put('rows', MediaType.parquet),
  ]);
  const table = { artifact: rows, rows: 1, columns: {}, range: null };
  const training = Training.parse({
    code: 'trainer',
    command: ['python', 'train.py'],
    environment: 'requirements.lock',
    deadline: '2h',
    params: { steps: STEPS, pause: STEP_SECONDS },
    search: {
      trials: TRIALS,
      parallel: PARALLEL,
      objective: { metric: 'log_loss', goal: 'minimize' },
      space: { x: { float: [0, 1] } },
    },
    budget: { account: ACCOUNT },
    // More retries than any plan has kills, because no job may fail because of them.
    retries: { infrastructure: 1_000, preempted: 1_000 },
  });
  const shared = (run: string) => ({
    model: MODEL,
    run,
    specDigest: '0'.repeat(64),
    code,
    environment,
    columns: { features: ['x'], label: 'label' },
  });

  const study = (run: string): StudyInput => ({
    ...shared(run),
    training,
    search: table,
    validation: table,
  });
  const job = (run: string): TrainingJobInput => ({
    ...shared(run),
    intent: finalFitIntent(MODEL, run),
    ...{ backend: training.backend, command: training.command, resources: training.resources },
    ...{ placement: training.placement, retries: training.retries, seed: training.seed },
    channels: { train: table },
    params: { ...training.params, x: 0.5 },
    deadline: new Date(Date.now() + 7_200_000).toISOString(),
    objective: null,
    ...(training.budget ? { budget: training.budget } : {}),
  });

  return {
    code: code satisfies ArtifactRef,
    /** Start a study and a single job beside it. The same run twice is the same work. */
    start: async (client: Client, run: string): Promise<void> => {
      const options = { taskQueue: TaskQueue.control, workflowIdConflictPolicy: 'USE_EXISTING' } as const;
      const fit = job(run);
      await client.workflow.start('study', {
        ...options,
        workflowId: studyId(MODEL, run),
        args: [study(run)],
      });
      await client.workflow.start('trainingJob', {
        ...options,
        workflowId: trainingJobId(fit.intent),
        args: [fit],
      });
    },
    isOver: async (client: Client, run: string): Promise<boolean> => {
      const ids = [studyId(MODEL, run), trainingJobId(finalFitIntent(MODEL, run))];
      const all = await Promise.all(ids.map((id) => client.workflow.getHandle(id).describe()));
      return all.every(({ status }) => status.name !== 'RUNNING');
    },
    /** Intents that must have a result in the end. */
    intents: (run: string): string[] => [
      ...Array.from({ length: TRIALS }, (_, trial) => `${MODEL}/${run}/trial-${trial}`),
      finalFitIntent(MODEL, run),
    ],
  };
}
export type Workload = Awaited<ReturnType<typeof openWorkload>>;
