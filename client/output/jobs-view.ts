import { progressLine } from '../../contracts/progress.js';
import type { ReaperReport } from '../../contracts/reaper.js';
import type { JobView } from '../../contracts/training.js';
import type { LiveJob, LiveJobs } from '../../operations/jobs/live.js';
import { span } from './figures.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

const BAR_WIDTH = 12;

/** Table of jobs, including ended ones. */
export function showJobs(jobs: JobView[], paint: Paint): string {
  if (jobs.length === 0) return 'No jobs.';
  const rows = jobs.map((job) => [
    job.intent,
    String(job.attempt),
    job.class !== null && job.class !== job.state ? `${job.state} (${job.class})` : job.state,
    job.spend ? span(job.spend.wallSeconds) : '',
    job.backend,
    job.nativeId ?? '',
    job.reason ?? '',
  ]);
  const head = ['intent', 'attempt', 'state', 'wall time', 'backend', 'native id', 'reason'];
  return table(head.map(paint.faint), rows);
}

function beat({ beatAt, beatEnded }: LiveJob, now: number): string {
  if (beatAt === null) return 'none';
  if (beatEnded) return 'ended';
  return `${span(Math.max(0, now - Date.parse(beatAt)) / 1_000)} ago`;
}

function thinks({ thinks: opinion, head }: LiveJob, paint: Paint): string {
  if (opinion === null) return head === 'fenced' || head === 'cancelled' ? `head: ${head}` : '';
  return paint.warn(`${opinion.action}: ${opinion.reason}, since ${opinion.firstSeen.slice(0, 16)}Z`);
}

/** Table of unfinished jobs, one line for each. */
export function showLiveJobs(live: LiveJobs, paint: Paint, now: number): string {
  const { jobs, more, backends, jobless, source } = live;
  const rows = jobs.map((job) => [
    job.intent ?? job.jobKey,
    job.attempt === null ? '' : String(job.attempt),
    job.row ?? paint.warn('no row'),
    job.owner ?? '?',
    `${job.backend}: ${job.native}`,
    beat(job, now),
    job.figures ? progressLine(job.figures, BAR_WIDTH) : '',
    thinks(job, paint),
  ]);
  const head = ['job', 'attempt', 'row', 'workflow', 'backend', 'beat', 'progress', 'reaper'];
  return [
    rows.length === 0 ? 'No jobs that are not over. `mainspring jobs --all` shows the others.' : '',
    rows.length === 0 ? '' : table(head.map(paint.faint), rows),
    more > 0 ? `and ${more} more` : '',
    ...backends
      .filter(({ unreachable }) => unreachable !== null)
      .map(({ name, unreachable }) => paint.warn(`Backend ${name} does not answer: ${unreachable ?? ''}`)),
    ...jobless.map(({ intent, since, waits }) =>
      waits === null
        ? `${intent}: its workflow is open since ${since}, without a job`
        : `${intent}: ${paint.warn('waits')} since ${since}: ${waits}`,
    ),
    source === 'database'
      ? paint.warn('No worker answers: this is what is on record. `mainspring doctor` says what is down.')
      : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Sightings and actions of one pass of the reaper. */
export function showReport({ census, sightings, done, tidied }: ReaperReport, dryRun: boolean): string {
  const outcomes = new Map(done.map(({ subject, outcome }) => [subject, outcome]));
  const away = census.backends.filter(({ unreachable }) => unreachable !== null);
  const seen = `${census.jobs.length + census.more} jobs, ${sightings.length} not as they should be`;
  return [
    ...sightings.map(
      ({ subject, action, reason, firstSeen }) =>
        `${subject}: ${reason} (since ${firstSeen}) → ${outcomes.get(subject) ?? `${action}, when it is due`}`,
    ),
    ...away.map(({ name, unreachable }) => `backend ${name} does not answer: ${unreachable ?? ''}`),
    dryRun
      ? `${seen}. Nothing was done.`
      : `${seen}, ${done.length} dealt with, ${tidied} old folders removed.`,
  ].join('\n');
}
