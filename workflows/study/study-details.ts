import { bar, toGo } from '../../contracts/progress.js';
import type { Leaderboard, Trial } from '../../contracts/training.js';
import { table } from '../policy/markdown.js';

const MARK: Record<Trial['state'], string> = {
  waiting: '·',
  running: '▶',
  succeeded: '✓',
  stopped: '■',
  failed: '✗',
};

/** Longest reason, or list of parameters, of one trial. */
const NOTE_CHARS = 160;
const shown = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);

/** Most rows shown. The query `leaderboard` has more, and the table `trials` has all. */
const SHOWN = 25;

const counted = (count: number | undefined, what: string): string[] =>
  count ? [`${count.toLocaleString('en-US')} ${what}`] : [];

/** Number of ended trials at an instant (milliseconds). The rate of trials is computed from it. */
export interface Pace {
  over: number;
  atMs: number;
}

/** Number of ended trials, whatever their outcome. */
export const overOf = ({
  done,
  failed,
  stopped = 0,
}: Pick<Leaderboard, 'done' | 'failed' | 'stopped'>): number => done + failed + stopped;

/** A progress bar, the best value so far, and the remaining time at the rate since `from`. */
function paceLine(board: Leaderboard, from: Pace | undefined, nowMs: number): string {
  const over = overOf(board);
  const share = over / board.total;
  const rate = from && nowMs > from.atMs ? (over - from.over) / (nowMs - from.atMs) : 0;
  const left = board.total - over;
  const best = board.trials.find(({ state }) => state === 'succeeded');
  return [
    `${bar(share)} ${Math.floor(100 * share)} %`,
    ...(best === undefined || best.value === null
      ? []
      : [`best ${board.objective.metric} ${best.value.toFixed(5)}`]),
    ...(rate > 0 && left > 0 && board.held === undefined ? [`about ${toGo(left / rate / 1_000)} to go`] : []),
  ].join(', ');
}

/**
 * Markdown for an operator about a study.
 *
 * @param from start of the interval for the rate of trials; undefined: no remaining time is shown
 */
export function studyDetails(board: Leaderboard, title: string, from?: Pace, nowMs = 0): string {
  const { metric, goal } = board.objective;
  const rows = board.trials.slice(0, SHOWN).map((trial) => {
    const params = Object.entries(trial.params).map(([name, value]) => `${name} ${shown(value)}`);
    const value = trial.value === null ? '' : trial.value.toFixed(5);
    const note = trial.reason ?? params.join(', ');
    return [`${MARK[trial.state]} ${trial.trial}`, value, note.slice(0, NOTE_CHARS)];
  });
  const hidden = board.trials.length - rows.length;
  const counts = [
    ...counted(board.stopped, 'stopped early'),
    ...counted(board.failed, 'failed'),
    ...counted(board.running, 'running'),
  ];
  return [
    `## ${title}`,
    `${board.done.toLocaleString('en-US')} of ${board.total.toLocaleString('en-US')} trials done${counts.map((count) => `, ${count}`).join('')}; ${goal}s **${metric}**.`,
    ...(board.held === undefined ? [] : ['', `**${board.held}**`]),
    '',
    paceLine(board, from, nowMs),
    '',
    ...table(['trial', metric, 'parameters'], rows),
    ...(hidden > 0 ? [``, `${hidden} more: query \`leaderboard\`.`] : []),
    '',
    'To stop it: cancel this workflow. Its jobs are stopped with it.',
  ].join('\n');
}

/**
 * The updates that an operator may send, with text to paste. Shown as code, because the Web UI would otherwise
 * print curly quotes, which are not JSON.
 */
export const STUDY_CHOICES = [
  '',
  'Updates (*More Actions*, *Send an Update*), or `mainspring study pause|resume|extend|stop <run>`:',
  '- `pause` `{"by": "you", "reason": "why"}`: nothing new is started, what runs goes on. `resume` takes the same.',
  '- `extend` `{"by": "you", "trials": 100}`: so many trials more.',
  '- `stop` `{"by": "you", "reason": "why"}`: stop what runs; the best so far wins, and the lifecycle goes on with it.',
].join('\n');
