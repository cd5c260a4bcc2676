import type { Census, Finding, JobSight, Sighting } from '../../../contracts/reaper.js';

export interface Rules {
  /**
   * Jobs with our label are ours alone. Not so with the label that every installation has as long as nobody gives it one:
   * on a shared cluster, another one's jobs would look like ours, and no row of ours knows them.
   */
  isLabelOurs: boolean;
  /** Older than this a beat is no sign of life. */
  beatMs: number;
  /** An owner may be without a job for so long: it builds an environment, or waits before its next attempt. */
  joblessMs: number;
}

const SET_LABEL = 'Set MAINSPRING_ENGINE_ID to a name of its own, and such jobs are ended.';

const OVER: readonly string[] = ['succeeded', 'failed', 'cancelled', 'lost'];
export const isLive = ({ row }: JobSight): boolean => row !== null && !OVER.includes(row);
const isThere = ({ native }: JobSight): boolean => native === 'queued' || native === 'running';

function isBeating({ beatAt, beatEnded }: JobSight, now: number, { beatMs }: Rules): boolean {
  return beatAt !== null && !beatEnded && now - Date.parse(beatAt) < beatMs;
}

/** Between submit and its answer a job may be anywhere: its dispatch decides. */
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
  // Who cannot be asked says nothing, neither of what is there nor of what is not.
  if (job.native === 'unreachable') return undefined;
  if (!isLive(job)) {
    if (!isThere(job)) return undefined;
    if (row !== null) return finding('orphan', 'end', `it is ${job.native}, and its row says ${row}`);
    if (rules.isLabelOurs || backend === 'local')
      return finding('orphan', 'end', `it is ${job.native}, and no row knows it`);
    return finding('orphan', 'say', `no row knows it: is it another installation's? ${SET_LABEL}`);
  }
  const isGone = job.native === 'absent' && isSubmitted(job) && !isBeating(job, now, rules);
  const isOld = job.createdAt !== null && now - Date.parse(job.createdAt) >= rules.beatMs;
  if (isGone && isOld) return finding('lost', 'lose', 'its backend does not know it, and it does not beat');
  if (job.owner === 'closed')
    return finding('ownerless', 'cancel', 'its workflow is over, and nobody waits for it');
  return undefined;
}

/** What is not as it should be, at most one thing a job. The same census gives the same findings. */
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

/** On what to act: seen before, and long enough ago. A job that is on its way looks like an orphan once, not twice. */
export const dueOf = (sightings: Sighting[], now: Date, apartMs: number): Sighting[] =>
  sightings.filter(
    ({ action, firstSeen }) => action !== 'say' && now.getTime() - Date.parse(firstSeen) >= apartMs,
  );
