import type { Search } from '../../contracts/spec/training.js';
import type { StudyProgress, StudyState, TrialReport } from '../../contracts/study.js';
import type { Leaderboard, Trial } from '../../contracts/training.js';
import { byValue, insert } from './leaderboard.js';
import { totalSpend } from './spend.js';

/** Number of trials that a study keeps in memory; all trials are in the table. */
export const BOARD_SIZE = 100;

export const openState = ({ trials }: Search): StudyState => ({
  total: trials,
  next: 0,
  ready: [],
  inFlight: [],
  unrecorded: [],
  succeeded: 0,
  stopped: 0,
  failed: 0,
  board: [],
  spend: { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 },
  paused: null,
  ended: null,
});

/** A trial cancelled because its study stopped counts as stopped, not as failed. */
function endOf(
  { state, reason }: TrialReport,
  study: StudyState,
  cancelled: boolean,
): Pick<Trial, 'state' | 'reason'> {
  if (state !== 'cancelled') return { state, reason };
  if (study.ended) return { state: 'stopped', reason: `the study was stopped: ${study.ended.reason}` };
  return cancelled ? { state: 'stopped', reason: 'the study was cancelled' } : { state: 'failed', reason };
}

/**
 * Record the end of a trial. Changes the state; a repeated report changes nothing.
 *
 * @param cancelled true when the whole study is being cancelled
 * @returns true if the trial was in flight
 */
export function endTrial(
  state: StudyState,
  report: TrialReport,
  search: Pick<Search, 'objective'>,
  cancelled = false,
): boolean {
  const at = state.inFlight.findIndex(({ trial }) => trial === report.trial);
  const [flown] = at < 0 ? [] : state.inFlight.splice(at, 1);
  if (!flown) return false;
  const { metrics, step, spend } = report;
  const trial: Trial = { ...flown, ...endOf(report, state, cancelled), value: report.value, metrics };
  if (trial.state === 'succeeded') state.succeeded += 1;
  else if (trial.state === 'stopped') state.stopped += 1;
  else state.failed += 1;
  insert(state.board, trial, search, BOARD_SIZE);
  state.unrecorded.push({ ...trial, step, spend });
  state.spend = totalSpend([state.spend, spend]);
  return true;
}

/** Number of trials that have not started yet. */
export const left = ({ total, next, ready }: StudyState): number => total - next + ready.length;

export const isOver = (state: StudyState): boolean =>
  state.inFlight.length === 0 && (state.ended !== null || left(state) <= 0);

/** Why no new trial starts; undefined while the search goes on. */
function held({ paused, ended }: StudyState): string | undefined {
  if (ended) return `Stopped by ${ended.by}: ${ended.reason}`;
  return paused ? `Paused by ${paused.by} at ${paused.at}: ${paused.reason}. \`resume\` goes on.` : undefined;
}

export function leaderboardOf(state: StudyState, search: Pick<Search, 'objective'>): Leaderboard {
  const running = state.inFlight
    .slice(0, BOARD_SIZE)
    .map((trial): Trial => ({ ...trial, state: 'running', value: null, metrics: {}, reason: null }));
  const why = held(state);
  return {
    objective: search.objective,
    done: state.succeeded,
    failed: state.failed,
    stopped: state.stopped,
    running: state.inFlight.length,
    total: state.total,
    ...(why === undefined ? {} : { held: why }),
    trials: [...state.board, ...running].sort(byValue(search)),
  };
}

export const progressOf = ({
  total,
  succeeded,
  stopped,
  failed,
  inFlight,
  paused,
}: StudyState): StudyProgress => ({
  total,
  succeeded,
  stopped,
  failed,
  running: inFlight.length,
  paused: paused !== null,
});
