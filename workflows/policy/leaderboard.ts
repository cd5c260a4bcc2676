import type { Search } from '../../contracts/spec/training.js';
import type { Trial } from '../../contracts/training.js';

const ORDER: Record<Trial['state'], number> = { succeeded: 0, running: 1, stopped: 2, waiting: 3, failed: 4 };
type Objective = Pick<Search, 'objective'>;

/** Best first; then what still runs, what was stopped or waits, and what failed. Equal values: the earlier trial. */
export function byValue({ objective }: Objective): (a: Trial, b: Trial) => number {
  const sign = objective.goal === 'minimize' ? 1 : -1;
  return (a, b) =>
    ORDER[a.state] - ORDER[b.state] || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial;
}

/** The board with one more trial in its place; of more than `size`, the best. Changes the board that it is given. */
export function place(board: Trial[], trial: Trial, search: Objective, size: number): void {
  const compare = byValue(search);
  const at = board.findIndex((other) => compare(trial, other) < 0);
  board.splice(at < 0 ? board.length : at, 0, trial);
  board.length = Math.min(board.length, size);
}
