import type { JobOutcome } from '../../contracts/job-lease.js';
import type { TrainingJobState } from '../../contracts/training.js';

const DOING: Record<TrainingJobState['phase'], string> = {
  preparing: 'Builds the Python environment.',
  dispatching: 'Hands the job to its backend.',
  running: 'Trains.',
  collecting: 'Collects the result.',
  cancelling: 'Stops the job, and waits until it is seen dead.',
  done: 'Over.',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 200);

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
  const rows = outcomes.map(
    (o) => `| ${o.attempt} | ${o.class} | ${o.spend.wallSeconds.toFixed(1)} s | ${cell(o.reason)} |`,
  );
  return [
    `## ${state.intent}`,
    `${DOING[state.phase]} Attempt ${state.attempt || '–'}, job ${state.jobKey ? `\`${state.jobKey}\`` : '–'} on backend ${backend}.`,
    progressLine(state),
    ...(rows.length > 0 ? ['', '| attempt | end | took | why |', '|---|---|---|---|', ...rows] : []),
    '',
    'To stop it: cancel this workflow. The job gets TERM, its grace, then KILL.',
  ].join('\n');
}
