import type { JobOutcome } from '../../contracts/job-lease.js';
import { progressFigures, progressLine } from '../../contracts/progress.js';
import type { Progress, TrainingJobState } from '../../contracts/training.js';
import { minute, table } from '../policy/markdown.js';

const DOING: Record<TrainingJobState['phase'], string> = {
  preparing: 'Builds the Python environment.',
  dispatching: 'Hands the job to its backend.',
  waiting: 'Waits, and holds no worker slot.',
  running: 'Trains.',
  collecting: 'Collects the result.',
  cancelling: 'Stops the job, and waits until it is seen dead.',
  done: 'Over.',
};

/** Longest reason of one attempt; the failure contains the whole reason. */
const REASON_CHARS = 200;

/** Most points of the curve that a workflow keeps: the watcher reports ever more rarely. */
const MOST_POINTS = 60;

/**
 * The reported points of an attempt, with the newest one added. The first point is kept, because the rate is
 * computed from it. A point with a lower step belongs to a new attempt and starts the list again.
 */
export function told(points: Progress[], progress: Progress | null): Progress[] {
  if (!progress) return [];
  if (progress.step < (points.at(-1)?.step ?? 0)) return [progress];
  return points.length < MOST_POINTS
    ? [...points, progress]
    : [...points.filter((_, index) => index % 2 === 0), progress];
}

function figures(points: Progress[]): string {
  const found = progressFigures(points);
  return found ? `\n${progressLine(found)}, told at ${minute(points.at(-1)?.at ?? '')}.` : '';
}

/** Markdown for an operator about a training job. */
export function jobDetails(
  state: TrainingJobState,
  backend: string,
  outcomes: JobOutcome[],
  points: Progress[] = state.progress ? [state.progress] : [],
): string {
  const rows = outcomes.map((o) => [
    o.attempt,
    o.class,
    `${o.spend.wallSeconds.toFixed(1)} s`,
    o.reason.slice(0, REASON_CHARS),
  ]);
  return [
    `## ${state.intent}`,
    `${DOING[state.phase]} Attempt ${state.attempt || '–'}, job ${state.jobKey ? `\`${state.jobKey}\`` : '–'} on backend ${backend}.`,
    ...(state.parked ? [`**Waits**: ${state.parked.reason}`] : []),
    figures(points),
    // A trial knows its job key only at its end. Its intent identifies it as well.
    ...(state.jobKey || state.phase === 'running'
      ? ['', `What it prints: \`mainspring logs ${state.jobKey ?? state.intent} -f\``]
      : []),
    ...(rows.length > 0 ? ['', ...table(['attempt', 'end', 'took', 'why'], rows)] : []),
    '',
    'To stop it: cancel this workflow. The job gets TERM, its grace, then KILL.',
  ].join('\n');
}
