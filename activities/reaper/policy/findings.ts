import { isTerminal } from '../../../contracts/job-state.js';
import type { Census, Finding, JobSight, Sighting } from '../../../contracts/reaper.js';

export interface Rules {
  /** A beat older than this no longer counts as a sign of life. */
  beatMs: number;
  /** Longest time that a workflow may have no job: it builds an environment, or waits before its next attempt. */
  joblessMs: number;
}

export const isLive = ({ row }: JobSight): boolean => row !== null && !isTerminal(row);
const isThere = ({ native }: JobSight): boolean => native === 'queued' || native === 'running';

function isBeating({ beatAt, beatEnded }: JobSight, now: number, { beatMs }: Rules): boolean {
  return beatAt !== null && !beatEnded && now - Date.parse(beatAt) < beatMs;
}

/** False between the submit and its answer: in that time the dispatch decides about the job. */
const isSubmitted = ({ row }: JobSight): boolean => row !== 'intended' && row !== 'submitting';

function ofJob(job: JobSight, now: number, rules: Rules): Finding | undefined {
  const { jobKey: subject, backend, intent, attempt, row } = job;
  const finding = (kind: Finding['kind'], action: Finding['action'], reason: string): Finding => ({
    kind,
    subject,
    backend,
    intent,
    attempt,
    action,
    reason,
  });
  // If the backend is unreachable, draw no conclusion about its jobs.
  if (job.native === 'unreachable') return undefined;
  if (!isLive(job)) {
    if (!isThere(job)) return undefined;
    if (row !== null) return finding('orphan', 'end', `it is ${job.native}, and its row says ${row}`);
    return finding('orphan', 'end', `it is ${job.native}, and no row knows it`);
  }
  const isGone = job.native === 'absent' && isSubmitted(job) && !isBeating(job, now, rules);
  const isOld = job.createdAt !== null && now - Date.parse(job.createdAt) >= rules.beatMs;
  if (isGone && isOld) return finding('lost', 'lose', 'its backend does not know it, and it does not beat');
  if (job.owner === 'closed')
    return finding('ownerless', 'cancel', 'its workflow is over, and nobody waits for it');
  return undefined;
}

/** Everything that is wrong, at most one finding per job. The same census gives the same findings. */
export function findings(census: Census, rules: Rules): Finding[] {
  const now = Date.parse(census.at);
  const ofJobs = census.jobs.map((job) => ofJob(job, now, rules)).filter((found) => found !== undefined);
  const ofOwners = census.jobless
    .filter(({ since }) => now - Date.parse(since) >= rules.joblessMs)
    .map(({ intent }): Finding => ({
      kind: 'jobless',
      subject: intent,
      backend: null,
      intent,
      attempt: null,
      action: 'say',
      reason: 'its workflow is open, and has no job: see what it waits for',
    }));
  return [...ofJobs, ...ofOwners];
}

/**
 * Sightings to act on: recorded before, and at least `apartMs` ago. A job that is just being dispatched looks like
 * an orphan once, but not twice.
 */
export const dueOf = (sightings: Sighting[], now: Date, apartMs: number): Sighting[] =>
  sightings.filter(
    ({ action, firstSeen }) => action !== 'say' && now.getTime() - Date.parse(firstSeen) >= apartMs,
  );
