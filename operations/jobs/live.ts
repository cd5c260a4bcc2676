import { z } from 'zod';
import { trainingJobId } from '../../contracts/ids.js';
import { ProgressFigures } from '../../contracts/progress.js';
import { Census, JobSight, JoblessOwner, Sighting } from '../../contracts/reaper.js';
import { BackendName } from '../../contracts/spec/training.js';
import type { JobView, Progress, TrainingJobState } from '../../contracts/training.js';
import { MainspringError } from '../errors.js';
import { isTerminal } from '../../contracts/job-state.js';
import { figuresOf } from '../lookup/job-figures.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import type { Storage } from '../ports/storage.js';
import { reap } from '../reaper/run.js';

/** An unfinished job with the reaper's findings. */
export const LiveJob = z.strictObject({
  ...JobSight.shape,
  figures: ProgressFigures.nullable(),
  /** The action that the reaper would take, and why. Null: none. */
  thinks: Sighting.pick({ action: true, reason: true, firstSeen: true }).nullable(),
});
export type LiveJob = z.infer<typeof LiveJob>;

export const LiveJobs = z.strictObject({
  /** `database`: no worker answered, so the backends were not asked. */
  source: z.enum(['reaper', 'database']),
  jobs: z.array(LiveJob),
  /** Number of further jobs that were left out. */
  more: z.int(),
  backends: Census.shape.backends,
  /** Open workflows without a job. `waits`: the reason if the workflow waits for a budget or a pool. */
  jobless: z.array(z.strictObject({ ...JoblessOwner.shape, waits: z.string().nullable() })),
});
export type LiveJobs = z.infer<typeof LiveJobs>;

const MAX_JOBS = 500;
/** Most workflows that are asked for the reason of their wait. Each costs a query. */
const MAX_ASKED = 20;

interface BeatSaid {
  at: string;
  ended: unknown;
  progress: Progress | null;
}

/** State of a job from database and object store, if its backend cannot be asked. */
async function onRecord(storage: Storage | undefined, job: JobView): Promise<JobSight> {
  const found = await storage?.objects.get(`beats/${job.jobKey}`).catch(() => undefined);
  const beat = found && (JSON.parse(found.body.toString()) as BeatSaid);
  return {
    jobKey: job.jobKey,
    backend: BackendName.parse(job.backend),
    intent: job.intent,
    attempt: job.attempt,
    row: job.state,
    native: 'unreachable',
    nativeId: job.nativeId,
    owner: null,
    beatAt: beat?.at ?? null,
    beatEnded: Boolean(beat?.ended),
    claimed: beat !== undefined,
    head: null,
    progress: beat?.progress ?? null,
    createdAt: job.createdAt,
  };
}

async function withWaits(services: Services, jobless: Census['jobless']): Promise<LiveJobs['jobless']> {
  const workflows = await services.workflows();
  return Promise.all(
    jobless.map(async (owner, index) => {
      const state =
        index < MAX_ASKED
          ? await workflows.ask<TrainingJobState>(trainingJobId(owner.intent), 'state')
          : undefined;
      return { ...owner, waits: state?.parked?.reason ?? null };
    }),
  );
}

/** Every unfinished job with its owner, its state on the backend, its beat, and the reaper's findings. */
async function liveJobs(services: Services, signal: AbortSignal): Promise<LiveJobs> {
  // Asked once: a store that is silent costs seconds each time.
  const opened = (): Promise<Storage | undefined> => services.storage().catch(() => undefined);
  const withFigures = (
    storage: Storage | undefined,
    jobs: JobSight[],
    sightings: Sighting[],
  ): Promise<LiveJob[]> =>
    Promise.all(
      jobs.map(async (job) => {
        const sighting = sightings.find(({ subject }) => subject === job.jobKey);
        return {
          ...job,
          figures: await figuresOf(storage, job.jobKey, job.progress),
          thinks: sighting
            ? { action: sighting.action, reason: sighting.reason, firstSeen: sighting.firstSeen }
            : null,
        };
      }),
    );
  try {
    const { census, sightings } = await reap(services, { dryRun: true }, signal);
    return {
      source: 'reaper',
      jobs: await withFigures(await opened(), census.jobs, sightings),
      more: census.more,
      backends: census.backends,
      jobless: await withWaits(services, census.jobless),
    };
  } catch (error) {
    if (!(error instanceof MainspringError)) throw error;
    const { views } = await services.records();
    const rows = (await views.jobs({ limit: MAX_JOBS })).filter(({ state }) => !isTerminal(state));
    const storage = await opened();
    const sights = await Promise.all(rows.map((job) => onRecord(storage, job)));
    const jobs = await withFigures(storage, sights, []);
    return { source: 'database', jobs, more: 0, backends: [], jobless: [] };
  }
}

export const live = defineOperation({
  name: 'jobs.live',
  summary: 'Unfinished jobs: owner, backend, beat, progress, and the findings of the reaper',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: LiveJobs,
  http: { method: 'GET', path: '/v1/live-jobs' },
  run: (services, _input, _caller, signal) => liveJobs(services, signal),
});
