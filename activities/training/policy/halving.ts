import type { EarlyStopping } from '../../../contracts/spec/training.js';

/** No trainer counts further; and so many rungs are more than any has. */
const LAST_RUNG = 1e9;

/** Steps at which trials are judged: each rung is `reduction` times as far as the one before. */
export function rungsOf({ minSteps, reduction }: EarlyStopping): number[] {
  const rungs: number[] = [];
  for (let rung = minSteps; rung <= LAST_RUNG; rung *= reduction) rungs.push(rung);
  return rungs;
}

/**
 * Whether a trial goes on past a rung: asynchronous successive halving in the form that stops (Li et al., *A System for
 * Massively Parallel Hyperparameter Tuning*, arXiv 1810.05934), judged against those that have come so far. One in
 * `reduction` goes on; while fewer than that have come, the best of them does, as in Optuna's `SuccessiveHalvingPruner`.
 * Nobody waits.
 *
 * The first to come has no one to be compared with and always passes, however poor. So this is asked again as others come,
 * until the trial reaches its next rung: what a trial is let go on for is then at any moment what successive halving with
 * waiting would say of those that have come. The best at the highest rung that any trial has reached is never stopped, so
 * one always gets to its end.
 *
 * @param standing.place among those that have reached the rung, 1 the best
 */
export const goesOn = (
  { place, reached }: { place: number; reached: number },
  { reduction }: Pick<EarlyStopping, 'reduction'>,
): boolean => place <= Math.max(1, Math.floor(reached / reduction));

/** A verdict that comes this share of a trial's age later costs no more than that share of it. */
const LATE_SHARE = 0.05;
const SOONEST_MS = 250;

/**
 * How long to wait for the next look at a trial: what it costs beyond its rung stays a small share of what it has cost
 * already, and a thousand trials that run for hours are not looked at every second.
 */
export const lookAgainMs = (ageMs: number): number => Math.max(SOONEST_MS, ageMs * LATE_SHARE);
