import { bar, progressLine } from '../../contracts/progress.js';
import type { StageProgress } from '../../contracts/lifecycle.js';
import type { Leaderboard } from '../../contracts/training.js';
import type { RunStatus } from '../../operations/lifecycles/status.js';
import type { Trouble } from '../../operations/lookup/troubles.js';
import type { JobProgress } from '../../operations/lookup/run-jobs.js';
import type { Watched } from '../../operations/lifecycles/watch.js';
import { figure, span } from './figures.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

const MARK = { waiting: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' } as const;

function took({ startedAt, endedAt }: StageProgress, now: number): string {
  if (startedAt === null) return '';
  const end = endedAt === null ? now : Date.parse(endedAt);
  return span(Math.max(0, end - Date.parse(startedAt)) / 1_000);
}

export function colourOf(outcome: string | null, paint: Paint): (text: string) => string {
  if (outcome === null) return paint.strong;
  if (outcome === 'promoted') return paint.good;
  return outcome === 'failed' ? paint.bad : paint.warn;
}

function stages({ state }: RunStatus, paint: Paint, now: number): string {
  const rows = state.stages.map((stage) => {
    const colour = {
      waiting: paint.faint,
      running: paint.strong,
      done: paint.good,
      failed: paint.bad,
      skipped: paint.faint,
    };
    const name = `${MARK[stage.state]} ${stage.stage}`;
    return [colour[stage.state](name), took(stage, now), stage.note];
  });
  return table(['stage', 'took', 'figures'].map(paint.faint), rows);
}

function troubleLine({ kind, workflow, activity, attempt, maximumAttempts, since }: Trouble): string {
  if (kind === 'fault') return `${workflow} cannot go on: its code fails, attempt ${attempt}`;
  if (kind === 'wait')
    return activity === null
      ? `${workflow} waits`
      : `${workflow} waits for a worker for ${activity}${since === null ? '' : `, since ${since}`}`;
  const most = maximumAttempts > 0 ? ` of ${maximumAttempts}` : '';
  return `${workflow} tries ${activity ?? ''} again, attempt ${attempt}${most}${since === null ? '' : `, since ${since}`}`;
}

const sameTrouble = (one: Trouble, other: Trouble): boolean =>
  one.kind === other.kind && one.workflow === other.workflow && one.activityId === other.activityId;

/** Retries and faults of a run as lines, each with its reason and its remedy. */
export function showTroubles(troubles: Trouble[], paint: Paint): string[] {
  return troubles.flatMap((trouble) => [
    '',
    paint.warn(troubleLine(trouble)),
    trouble.reason,
    paint.faint(trouble.remedy),
  ]);
}

/** Status of a run for people. */
export function showStatus(status: RunStatus, paint: Paint, now: number): string {
  const { state, record, source } = status;
  const outcome = colourOf(state.outcome, paint)(state.outcome ?? `in stage ${state.stage}`);
  return [
    `${paint.strong(`${state.model}/${state.run}`)}  ${outcome}${state.version === null ? '' : `  version ${state.version}`}`,
    ...(record?.outcomeReason ? [record.outcomeReason] : []),
    '',
    stages(status, paint, now),
    ...(state.approval === null
      ? []
      : ['', `Waits for people: ${paint.strong(`mainspring approve ${state.approval} --by NAME`)}`]),
    ...showTroubles(status.troubles, paint),
    ...(status.fullDisks.length === 0
      ? []
      : [
          '',
          paint.warn(`The disk is full: ${status.fullDisks.join('; ')}`),
          paint.faint('Free space there: what found no room is tried again, and goes on by itself.'),
        ]),
    ...(source === 'database' && state.outcome === null
      ? [
          '',
          paint.warn(
            'No worker answers: this is the last state on record. `mainspring doctor` says what is down.',
          ),
        ]
      : []),
  ].join('\n');
}

function showLeaderboard(board: Leaderboard, paint: Paint): string[] {
  const { objective, done, failed, stopped = 0, total, trials } = board;
  const best = trials.filter(({ state }) => state === 'succeeded').slice(0, 3);
  const counts = `${bar((done + failed + stopped) / total)} ${done} of ${total} trials done${failed > 0 ? `, ${failed} failed` : ''}`;
  if (best.length === 0) return [counts];
  const rows = best.map(({ trial, value, params }) => [
    `#${trial}`,
    figure(value),
    Object.entries(params)
      .map(([name, param]) => `${name}=${typeof param === 'number' ? Number(param.toPrecision(4)) : param}`)
      .join(' '),
  ]);
  return [counts, table(['trial', objective.metric, 'parameters'].map(paint.faint), rows)];
}

const BAR_WIDTH = 12;

/** Unfinished jobs of a run, one line for each. */
export function showRunJobs(jobs: JobProgress[], paint: Paint): string[] {
  if (jobs.length === 0) return [];
  const rows = jobs.map(({ job, figures }) => [
    job.intent.split('/').slice(2).join('/'),
    job.state,
    figures ? progressLine(figures, BAR_WIDTH) : (job.reason ?? ''),
  ]);
  return [table(['job', 'state', 'progress'].map(paint.faint), rows)];
}

/** The screen of `watch`, which is redrawn. */
export function showWatched(watched: Watched, paint: Paint, now: number): string {
  const { leaderboard, jobs, approval, ended } = watched;
  return [
    showStatus(watched, paint, now),
    ...(leaderboard ? ['', ...showLeaderboard(leaderboard, paint)] : []),
    ...showRunJobs(jobs, paint),
    ...(approval
      ? [
          `Missing votes: ${Object.entries(approval.missing)
            .map(([role, votes]) => `${votes} × ${role}`)
            .join(', ')}; expires ${approval.expiresAt}`,
        ]
      : []),
    ...(ended === null ? [] : ['', paint.bad(`The workflow is over: ${ended}. It left no outcome.`)]),
  ].join('\n');
}

/** The changes between two states, one line each, for logs and pipes. */
export function changes(before: Watched | undefined, after: Watched): string[] {
  const lines: string[] = [];
  for (const stage of after.state.stages) {
    const known = before?.state.stages.find((other) => other.stage === stage.stage);
    // The database has no notes. A note that is missing because of it is not a change.
    if (stage.state === known?.state && (stage.note === known.note || stage.note === '')) continue;
    if (stage.state === 'waiting') continue;
    lines.push(`${stage.stage}: ${stage.state}${stage.note ? ` – ${stage.note}` : ''}`);
  }
  const { leaderboard } = after;
  if (leaderboard && leaderboard.done !== before?.leaderboard?.done) {
    const best = leaderboard.trials.find(({ state }) => state === 'succeeded');
    const figures = best ? `, best ${leaderboard.objective.metric} ${figure(best.value)}` : '';
    lines.push(`training: ${leaderboard.done} of ${leaderboard.total} trials${figures}`);
  }
  if (after.state.approval !== null && before?.state.approval !== after.state.approval)
    lines.push(`approval: waits for people – mainspring approve ${after.state.approval} --by NAME`);
  if (after.source === 'database' && before?.source !== 'database' && after.state.outcome === null)
    lines.push('no worker answers: this is the last state on record');
  for (const trouble of after.troubles) {
    const isKnown = before?.troubles.some((other) => sameTrouble(other, trouble)) ?? false;
    if (!isKnown) lines.push(`${troubleLine(trouble)}: ${trouble.reason} ${trouble.remedy}`);
  }
  if (after.fullDisks.length > 0 && (before?.fullDisks ?? []).length === 0)
    lines.push(`the disk is full: ${after.fullDisks.join('; ')}`);
  if (after.state.outcome !== null)
    lines.push(
      `${after.state.outcome}${after.record?.outcomeReason ? `: ${after.record.outcomeReason}` : ''}`,
    );
  if (after.ended !== null) lines.push(`the workflow is over: ${after.ended}`);
  return lines;
}
