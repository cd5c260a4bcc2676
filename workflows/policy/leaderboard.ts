import type { Search } from '../../contracts/spec/training.js';
import type { Trial } from '../../contracts/training.js';

const ORDER: Record<Trial['state'], number> = { succeeded: 0, running: 1, stopped: 2, waiting: 3, failed: 4 };
type Objective = Pick<Search, 'objective'>;

/**
 * Order of the board: best first, then running, stopped, waiting and failed trials. With equal values the earlier
 * trial comes first.
 */
export function byValue({ objective }: Objective): (a: Trial, b: Trial) => number {
  const sign = objective.goal === 'minimize' ? 1 : -1;
  return (a, b) =>
    ORDER[a.state] - ORDER[b.state] || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial;
}

/** Insert a trial into the board and keep the best `size` trials. Changes the given board. */
export function insert(board: Trial[], trial: Trial, search: Objective, size: number): void {
  const compare = byValue(search);
  const at = board.findIndex((other) => compare(trial, other) < 0);
  board.splice(at < 0 ? board.length : at, 0, trial);
  board.length = Math.min(board.length, size);
}
