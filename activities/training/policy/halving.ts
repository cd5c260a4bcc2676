import type { EarlyStopping } from '../../../contracts/spec/training.js';

/** Upper bound of the rungs: no trainer counts further. */
const LAST_RUNG = 1e9;

/** Steps at which trials are judged: each rung is `reduction` times as far as the one before. */
export function rungsOf({ minSteps, reduction }: EarlyStopping): number[] {
  const rungs: number[] = [];
  for (let rung = minSteps; rung <= LAST_RUNG; rung *= reduction) rungs.push(rung);
  return rungs;
}

/**
 * True if a trial goes on past a rung. This is asynchronous successive halving in its stopping form (Li et al., *A
 * System for Massively Parallel Hyperparameter Tuning*, arXiv 1810.05934): a trial is compared with the trials that
 * have reached the rung so far. One in `reduction` goes on. While fewer than `reduction` trials have arrived, the
 * best of them goes on, as in Optuna's `SuccessiveHalvingPruner`. No trial waits.
 *
 * The first trial at a rung has no competitor and always passes, however poor it is. So the question is asked again
 * when other trials arrive, until the trial reaches its next rung. The answer is then always the one that
 * successive halving with waiting would give for the trials that have arrived. The best trial at the highest rung
 * reached so far is never stopped, so at least one trial runs to its end.
 *
 * @param standing.place rank among the trials that have reached the rung; 1 is the best
 */
export const goesOn = (
  { place, reached }: { place: number; reached: number },
  { reduction }: Pick<EarlyStopping, 'reduction'>,
): boolean => place <= Math.max(1, Math.floor(reached / reduction));

/** Poll at 5 % of the trial's age, so that a late verdict wastes at most 5 % of its cost. */
const LATE_SHARE = 0.05;
const SOONEST_MS = 250;

/**
 * Time until the next look at a trial. It grows with the trial's age: a late verdict then wastes a small share of
 * the trial's cost, and a thousand trials that run for hours are not polled every second.
 */
export const lookAgainMs = (ageMs: number): number => Math.max(SOONEST_MS, ageMs * LATE_SHARE);
