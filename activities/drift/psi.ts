/** Share that an empty bin counts as: keeps the logarithm finite. */
export const SHARE_FLOOR = 1e-4;

/** Counts → shares of their sum; all zero when there are no rows. */
export function shares(counts: ArrayLike<number>): number[] {
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  return all.map((count) => (total === 0 ? 0 : count / total));
}

/**
 * Population stability index: Σ (q − p) · ln(q / p) over bins, with shares below 1e-4 counted as 1e-4.
 *
 * The sum of both Kullback–Leibler divergences (Jeffreys 1946), as credit scoring uses it; see Yurdakul and Naranjo,
 * *Statistical properties of the population stability index*, Journal of Risk Model Validation 14(4), 2020.
 *
 * @param reference shares p per bin
 * @param current shares q of the same bins
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  if (reference.length !== current.length)
    throw new RangeError(
      `PSI compares equal bins: reference has ${reference.length}, current ${current.length}`,
    );
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const p = Math.max(reference[bin] ?? 0, SHARE_FLOOR);
    const q = Math.max(current[bin] ?? 0, SHARE_FLOOR);
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}
