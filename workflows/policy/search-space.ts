import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Dimension, Params, Search } from '../../contracts/spec/training.js';

/** FNV-1a, 32 bits: maps names and numbers evenly to seeds of the generator. */
function seedOf(...parts: (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of parts.join('\0')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash | 0;
}

const between = (low: number, high: number, at: number): number => low + (high - low) * at;

/** @param at position in the dimension, 0–1, 1 excluded */
function valueAt(dimension: Dimension, at: number): Params[string] {
  if ('choice' in dimension) return dimension.choice[Math.floor(at * dimension.choice.length)] ?? '';
  const [low, high] = 'int' in dimension ? dimension.int : dimension.float;
  // Each whole number owns the interval up to the next one, so that the highest is as likely as the others.
  const end = 'int' in dimension ? high + 1 : high;
  const value =
    dimension.scale === 'log' ? Math.exp(between(Math.log(low), Math.log(end), at)) : between(low, end, at);
  // Exponent and logarithm are not exact inverses at the ends of the range.
  return Math.min(Math.max('int' in dimension ? Math.floor(value) : value, low), high);
}

/**
 * Hyperparameters of trial `n` of a random search. They depend on the seed, the trial and the name of each
 * dimension only, and not on the number of trials, their order, or the other dimensions.
 */
export function sampleTrial(space: Search['space'], seed: number, n: number): Params {
  return Object.fromEntries(
    Object.entries(space).map(([name, dimension]) => [
      name,
      valueAt(dimension, uniformFloat64(xoroshiro128plus(seedOf(seed, n, name)))),
    ]),
  );
}
