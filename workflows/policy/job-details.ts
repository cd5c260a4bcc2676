import type { JobOutcome } from '../../contracts/job-lease.js';
import type { TrainingJobState } from '../../contracts/training.js';
import { table } from './markdown.js';

const DOING: Record<TrainingJobState['phase'], string> = {
  preparing: 'Builds the Python environment.',
  dispatching: 'Hands the job to its backend.',
  running: 'Trains.',
  collecting: 'Collects the result.',
  cancelling: 'Stops the job, and waits until it is seen dead.',
  done: 'Over.',
};

/** Longest reason of one attempt; the whole one is in the failure. */
const REASON_CHARS = 200;

function progressLine({ progress }: TrainingJobState): string {
  if (!progress) return '';
  const share = progress.total
    ? ` of ${progress.total} (${Math.round((100 * progress.step) / progress.total)} %)`
    : '';
  const metrics = Object.entries(progress.metrics).map(
    ([name, value]) => `${name} ${Number(value.toPrecision(5))}`,
  );
  return `\nStep ${progress.step}${share}${metrics.length > 0 ? `: ${metrics.join(', ')}` : ''}, at ${progress.at}.`;
}

/** What an operator sees of a training job in the Web UI. */
export function jobDetails(state: TrainingJobState, backend: string, outcomes: JobOutcome[]): string {
  const rows = outcomes.map((o) => [
    o.attempt,
    o.class,
    `${o.spend.wallSeconds.toFixed(1)} s`,
    o.reason.slice(0, REASON_CHARS),
  ]);
  return [
    `## ${state.intent}`,
    `${DOING[state.phase]} Attempt ${state.attempt || '–'}, job ${state.jobKey ? `\`${state.jobKey}\`` : '–'} on backend ${backend}.`,
    progressLine(state),
    ...(rows.length > 0 ? ['', ...table(['attempt', 'end', 'took', 'why'], rows)] : []),
    '',
    'To stop it: cancel this workflow. The job gets TERM, its grace, then KILL.',
  ].join('\n');
}
