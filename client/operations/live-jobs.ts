import { trainingJobId } from '../../contracts/ids.js';
import type { Census, JobSight, Sighting } from '../../contracts/reaper.js';
import { type ProgressFigures, progressFigures } from '../../contracts/progress.js';
import { BackendName } from '../../contracts/spec/training.js';
import type { JobView, Progress, TrainingJobState } from '../../contracts/training.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { isOver } from './find-job.js';
import { seriesOf } from './job-series.js';
import { reap } from './reap.js';

/** A job that is not over, as the reaper sees it. */
export interface LiveJob extends JobSight {
  figures: ProgressFigures | null;
  /** What the reaper would do about it, and why; null: it is as it should be. */
  thinks: Pick<Sighting, 'action' | 'reason' | 'firstSeen'> | null;
}

export interface LiveJobs {
  /** `database`: no worker answered, so that nobody asked the backends. */
  source: 'reaper' | 'database';
  jobs: LiveJob[];
  /** Jobs that are there too, and were left out. */
  more: number;
  backends: Census['backends'];
  /** Open workflows without a job; `waits`: for a budget or a pool, in their own words. */
  jobless: (Census['jobless'][number] & { waits: string | null })[];
}

const MAX_JOBS = 500;
/** Workflows that are asked what they wait for: each is a query. */
const MAX_ASKED = 20;

/** How far a job is, from its whole curve where there is one. */
export async function figuresOf(
  services: Services,
  jobKey: string,
  progress: Progress | null,
): Promise<ProgressFigures | null> {
  const series = await seriesOf(services, jobKey).catch(() => undefined);
  // The beat may be newer than the curve.
  const last = series?.points.at(-1);
  const newer = progress && (!last || progress.step > last.step) ? [progress] : [];
  return progressFigures([...(series?.points ?? []), ...newer]);
}

interface BeatSaid {
  at: string;
  ended: unknown;
  progress: Progress | null;
}

/** What is known of a job without its backend. */
async function onRecord(services: Services, job: JobView): Promise<JobSight> {
  const storage = await services.storage().catch(() => undefined);
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
  const temporal = await services.temporal();
  return Promise.all(
    jobless.map(async (owner, index) => {
      const state =
        index < MAX_ASKED
          ? await temporal.ask<TrainingJobState>(trainingJobId(owner.intent), 'state')
          : undefined;
      return { ...owner, waits: state?.parked?.reason ?? null };
    }),
  );
}

/** Every job that is not over, with its owner, what its backend says, its beat, and what the reaper thinks of it. */
export async function liveJobs(services: Services): Promise<LiveJobs> {
  const withFigures = (jobs: JobSight[], sightings: Sighting[]): Promise<LiveJob[]> =>
    Promise.all(
      jobs.map(async (job) => {
        const sighting = sightings.find(({ subject }) => subject === job.jobKey);
        return {
          ...job,
          figures: await figuresOf(services, job.jobKey, job.progress),
          thinks: sighting
            ? { action: sighting.action, reason: sighting.reason, firstSeen: sighting.firstSeen }
            : null,
        };
      }),
    );
  try {
    const { census, sightings } = await reap(services, { dryRun: true });
    return {
      source: 'reaper',
      jobs: await withFigures(census.jobs, sightings),
      more: census.more,
      backends: census.backends,
      jobless: await withWaits(services, census.jobless),
    };
  } catch (error) {
    if (!(error instanceof MainspringError)) throw error;
    const { views } = await services.database();
    const rows = (await views.jobs({ limit: MAX_JOBS })).filter((job) => !isOver(job));
    const sights = await Promise.all(rows.map((job) => onRecord(services, job)));
    const jobs = await withFigures(sights, []);
    return { source: 'database', jobs, more: 0, backends: [], jobless: [] };
  }
}
