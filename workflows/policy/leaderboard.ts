import type { Search } from '../../contracts/spec/training.js';
import type { Leaderboard, Trial } from '../../contracts/training.js';
import { table } from './markdown.js';

const MARK: Record<Trial['state'], string> = { waiting: '·', running: '▶', succeeded: '✓', failed: '✗' };
const ORDER: Record<Trial['state'], number> = { succeeded: 0, running: 1, waiting: 2, failed: 3 };

/** Best first; then what still runs, what waits, and what failed. Equal values: the earlier trial. */
export function rank(trials: Trial[], { objective }: Pick<Search, 'objective'>): Leaderboard {
  const sign = objective.goal === 'minimize' ? 1 : -1;
  const sorted = [...trials].sort(
    (a, b) =>
      ORDER[a.state] - ORDER[b.state] || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial,
  );
  return {
    objective,
    done: trials.filter(({ state }) => state === 'succeeded').length,
    failed: trials.filter(({ state }) => state === 'failed').length,
    total: Math.max(trials.length, 1),
    trials: sorted,
  };
}

/** Longest reason or list of parameters of one trial. */
const NOTE_CHARS = 160;
const short = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);

/** Rows that are shown; the query `leaderboard` has all. */
const SHOWN = 25;

/** What an operator sees of a study in the Web UI. */
export function studyDetails(board: Leaderboard, title: string): string {
  const { metric, goal } = board.objective;
  const rows = board.trials.slice(0, SHOWN).map((trial) => {
    const params = Object.entries(trial.params).map(([name, value]) => `${name} ${short(value)}`);
    const value = trial.value === null ? '' : trial.value.toFixed(5);
    const note = trial.reason ?? params.join(', ');
    return [`${MARK[trial.state]} ${trial.trial}`, value, note.slice(0, NOTE_CHARS)];
  });
  const hidden = board.trials.length - rows.length;
  return [
    `## ${title}`,
    `${board.done} of ${board.total} trials done${board.failed > 0 ? `, ${board.failed} failed` : ''}; ${goal}s **${metric}**.`,
    '',
    ...table(['trial', metric, 'parameters'], rows),
    ...(hidden > 0 ? [``, `${hidden} more: query \`leaderboard\`.`] : []),
    '',
    'To stop it: cancel this workflow. Its jobs are stopped with it.',
  ].join('\n');
}
