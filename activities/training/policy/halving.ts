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
 * Whether a trial goes on past a rung: asynchronous successive halving, judged against those that have come so far.
 * One in `reduction` goes on, the best so far always does, and nobody waits.
 *
 * @param standing.place among those that have reached the rung, 1 the best
 */
export const goesOn = (
  { place, reached }: { place: number; reached: number },
  { reduction }: Pick<EarlyStopping, 'reduction'>,
): boolean => place <= Math.max(1, Math.floor(reached / reduction));
