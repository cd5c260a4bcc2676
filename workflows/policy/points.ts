import { gridPoint } from '../../contracts/search-grid.js';
import type { Params, Search } from '../../contracts/spec/training.js';
import { sampleTrial } from './search-space.js';

/** Algorithms whose points a process of its own computes. */
export const isSuggested = ({ algorithm }: Search): boolean => algorithm === 'sobol' || algorithm === 'tpe';

/** Point of trial `n`, for algorithms that need to know nothing else. */
export const pointOf = ({ algorithm, space }: Search, seed: number, n: number): Params =>
  algorithm === 'grid' ? gridPoint(space, n) : sampleTrial(space, seed, n);
